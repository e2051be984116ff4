"""Users, how they sign in, and invitations."""
