"""The order of the clips, and those that are left out."""
