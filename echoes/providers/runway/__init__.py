"""Runway: the provider, its models and its task states."""
