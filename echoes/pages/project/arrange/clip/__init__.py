"""One clip of the film: its part, sound, caption and take."""
