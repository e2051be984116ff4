"""/admin/jobs: all takes and films."""
