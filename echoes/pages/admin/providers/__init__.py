"""/admin/providers: clip providers."""
