"""/admin/jobs/<id>: one take or film."""
