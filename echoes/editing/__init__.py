"""Editing of a film: words, trims, transitions, sound and looks, each step of which can be undone."""
