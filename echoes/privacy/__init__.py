"""A person's own data: taken along, or deleted for good."""
