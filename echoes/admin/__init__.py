"""What only an operator may do."""
