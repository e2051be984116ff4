"""Preloaded imports of the fork server, so that no photograph waits for them: all that phones' files need.

Not PyAV and NumPy, which few files need: they would take three times the memory of all others together.
"""

from datetime import datetime

import pillow_heif
from PIL import Image

from echoes.photos.decoding import cicp, renditions
from echoes.photos.decoding.codecs import heif

__all__ = ["cicp", "heif", "renditions"]

Image.init()
pillow_heif.register_heif_opener()
datetime.strptime("2026", "%Y").astimezone()  # Which imports a module of its own, and keeps its patterns.
