"""What the command line does, for what a page cannot do."""
