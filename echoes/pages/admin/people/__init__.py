"""/admin/people: find a person."""
