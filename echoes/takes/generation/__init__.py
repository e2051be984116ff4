"""The two jobs that make a take: generated at its provider, conformed to the clip profile."""
