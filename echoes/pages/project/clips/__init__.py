"""Step two: clips."""
