"""/admin/log: the audit log."""
