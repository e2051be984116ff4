"""Replies to a film, as its owner reads them."""
