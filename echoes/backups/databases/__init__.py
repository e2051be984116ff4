"""Copies of databases: SQLite's backup interface, PostgreSQL's programs, and the copy before an upgrade."""
