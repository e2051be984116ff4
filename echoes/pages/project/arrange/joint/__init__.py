"""Between two clips: the transition of this place."""
