"""Titles and captions: text shaping, fonts, cards."""
