"""OpenID Connect: the client, and login attempts that are under way."""
