"""Mail: a person's address, and what they want to get."""
