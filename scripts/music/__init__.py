"""Composes and synthesises the music that ships with Echoes: `python -m scripts.music`."""
