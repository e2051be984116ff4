"""The four steps of a project."""
