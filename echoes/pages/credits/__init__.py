"""Buying credits, and running out of them."""
