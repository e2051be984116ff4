"""/admin/people/<id>: one person."""
