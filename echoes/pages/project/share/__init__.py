"""The share sheet of a film."""
