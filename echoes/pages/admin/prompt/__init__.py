"""/admin/prompt: how a prompt is framed."""
