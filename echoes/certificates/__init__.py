"""X.509 certificates of our own: an authority, what it issues, and what a PEM file holds."""
