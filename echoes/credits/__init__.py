"""The ledger, and the ways in which credits come and go."""
