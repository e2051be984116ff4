"""Photographs become moving clips, and the clips become a film to keep and to send."""
