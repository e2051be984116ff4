"""The sizes a film can be downloaded in."""
