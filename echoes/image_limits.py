"""Image size limits: the largest that settings may allow. Imports nothing, for sandboxes need it."""

LONGEST_SIDE = 16_000
"""Of anything kept. WebP ends at 16,383, and JPEG at 65,535."""
MOST_PIXELS = 400_000_000
"""Of one picture: what the processor time that any process of a photo can get is enough for."""
