"""CLI commands: for what a page cannot do."""
