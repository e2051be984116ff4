"""Step four: the film."""
