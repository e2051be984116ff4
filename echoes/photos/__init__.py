"""Photographs: decoded as they arrive, listed, removed."""
