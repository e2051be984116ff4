"""Credits and payments: the ledger, and the ways in which credits come and go."""
