"""Sections of the settings: each with its fields and its checks."""
