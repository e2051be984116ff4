"""Image codecs: one module a format."""
