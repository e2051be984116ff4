"""Clips and their takes: what a photograph becomes, and the choice among attempts."""
