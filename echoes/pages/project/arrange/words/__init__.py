"""Words of the film: its cards and captions."""
