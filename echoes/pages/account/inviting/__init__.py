"""Inviting others, a section of the account page."""
