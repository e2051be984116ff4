"""Pages that anybody sees: landing, sign-in, not found."""
