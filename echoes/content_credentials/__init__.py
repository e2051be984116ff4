"""Content Credentials (C2PA): how a film or clip was made, signed into its file and read from it."""
