"""Clips in the profile: from a photograph, from any video, and their posters."""
