"""Backups: snapshots of the database and a mirror of the files, in a folder or a bucket."""
