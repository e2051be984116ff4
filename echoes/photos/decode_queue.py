"""Decode queue with cost estimates: whose photograph is decoded next."""

from functools import cache
from pathlib import Path

from echoes.photos.image_headers import read_header
from echoes.processes.fair_queue import FairQueue

AT_ONCE = 2
"""Each may take sandbox.MEMORY: more at once would gain nothing on a small machine, and could sink it."""

STARTING = 0.03
SECONDS_PER_MEGAPIXEL = {
    "JPEG": 0.012, "PNG": 0.06, "WEBP": 0.04, "AVIF": 0.04, "HEIF": 0.045, "TIFF": 0.05, "GIF": 0.03,
    "BMP": 0.02, "JPEG2000": 0.3,
}  # fmt: skip
"""Of one processor (benchmarks/server/upload_turns.py). Big JPEGs are made smaller while they are decoded."""
UNKNOWN = 30.0
"""What nobody can say is taken for expensive."""
HEAVY = 3.0
"""More than any phone's photograph: a PNG of 50 megapixels, a JPEG of 250."""


@cache
def queue() -> FairQueue:
    return FairQueue(AT_ONCE, HEAVY, "sandbox")


def estimated_seconds(source: Path) -> float:
    """Of a processor like ours, for decoding and scaling; from the header alone."""
    header = read_header(source)
    if header is None:
        return UNKNOWN
    return STARTING + SECONDS_PER_MEGAPIXEL[header.format] * header.pixels / 1_000_000
