"""Buying credit packs."""
