"""The music section of the arrange step."""
