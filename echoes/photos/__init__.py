"""Photographs: developed as they arrive, listed, removed."""
