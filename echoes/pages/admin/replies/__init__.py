"""/admin/replies: replies that were reported."""
