"""Text: validation of what people write, formatting of what they read."""
