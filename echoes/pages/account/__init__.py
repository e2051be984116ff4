"""Account page."""
