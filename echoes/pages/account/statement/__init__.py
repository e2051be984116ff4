"""The statement of credits."""
