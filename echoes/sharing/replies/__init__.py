"""Replies to a shared film: what viewers leave, what its owner reads and moderates."""
