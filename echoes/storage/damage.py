"""Truncated files: what a full disk, a failing one or a broken copy has left of what was stored.

Most rows know the size of their file. Thumbnails and posters have none; but the formats that we write them in
say themselves where they end.
"""

import logging
import os
from pathlib import Path

from echoes.errors import EchoesError

JPEG_END = b"\xff\xd9"
RIFF_HEAD = 8
"""Bytes before what the length in them counts."""

logger = logging.getLogger(__name__)


class Damaged(EchoesError):
    status = 503
    code = "damaged"

    def __init__(self) -> None:
        super().__init__("This file was damaged on our side. Please make it again, or send it once more.")


def refuse_damaged(key: str, path: Path, size_bytes: int | None) -> None:
    """Raises Damaged for what is not as it was stored. Reads a few bytes at most."""
    found = path.stat().st_size
    if size_bytes is not None and not has_size(key, found, size_bytes):
        raise Damaged
    if size_bytes is None and not _ends_as_its_kind(path, found):
        logger.error("%s is damaged: its %d bytes have no end", key, found)
        raise Damaged


def has_size(key: str, found: int, size_bytes: int) -> bool:
    """Said in the log where not, for operators."""
    if found != size_bytes:
        logger.error("%s is damaged: %d bytes of %d are there", key, found, size_bytes)
    return found == size_bytes


def _ends_as_its_kind(path: Path, size: int) -> bool:
    if path.suffix not in {".jpg", ".webp"}:
        return True
    with path.open("rb") as file:
        if path.suffix == ".webp":
            head = file.read(RIFF_HEAD)
            return head[:4] == b"RIFF" and RIFF_HEAD + int.from_bytes(head[4:], "little") == size
        file.seek(-min(size, len(JPEG_END)), os.SEEK_END)
        return file.read() == JPEG_END
