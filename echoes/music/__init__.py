"""Music: the bundled pieces, and what people bring."""
