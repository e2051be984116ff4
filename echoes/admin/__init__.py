"""Admin services: what only an operator may do."""
