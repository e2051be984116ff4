"""Passkeys (WebAuthn): made at sign-up or on the account page, and signed in with."""
