"""/admin/allowances: what each person may have, and what clips may cost."""
