"""Screenshots of every page in every state (`python -m scripts.screenshots`), to be looked at by people."""
