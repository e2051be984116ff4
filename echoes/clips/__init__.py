"""Clips: what a photograph becomes, and the choice among its takes."""
