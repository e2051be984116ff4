"""The page of all projects of a person."""
