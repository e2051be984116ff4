"""Joining by an invitation."""
