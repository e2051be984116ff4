"""Films: compiled from a project's timeline, kept beside earlier ones."""
