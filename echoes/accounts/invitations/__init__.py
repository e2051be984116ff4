"""Invitations to sign up: made, mailed, redeemed."""
