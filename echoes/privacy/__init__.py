"""Privacy (GDPR): export and erasure of a person's own data."""
