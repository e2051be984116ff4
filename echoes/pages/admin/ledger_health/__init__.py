"""/admin/books: the health of the credit ledger."""
