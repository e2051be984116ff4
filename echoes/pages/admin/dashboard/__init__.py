"""/admin: the dashboard."""
