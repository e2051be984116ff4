"""Media files that strangers made: opened safely, probed, their orientation."""
