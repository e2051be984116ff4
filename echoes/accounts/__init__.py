"""Users, their sessions, and the sign-in routes."""
