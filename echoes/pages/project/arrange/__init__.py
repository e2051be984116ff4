"""Step three: the arrangement."""
