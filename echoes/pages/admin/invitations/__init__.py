"""/admin/invitations: who may join."""
