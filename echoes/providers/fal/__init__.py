"""fal: the provider and its failures."""
