"""Secret strength: long, and not made of little, so that nobody guesses it."""

import re
import zlib
from itertools import pairwise

from pydantic import SecretStr

SHORTEST_SECRET = 32
LEAST_CONTENT = 24
"""Bytes that remain when all that repeats is said once. Thirty-two random digits have more."""
WELL_KNOWN = re.compile(
    r"change.?me|changeit|replace|your|secret|key|password|passwd|example|sample|default|echoes|admin|test"
    r"|qwerty|asdf|zxcv|letmein|here|this|please|production|dummy|placeholder",
    re.IGNORECASE,
)
RAW_DEFLATE = -15


def is_set(secret: SecretStr) -> bool:
    return bool(secret.get_secret_value().strip())


def is_weak_secret(secret: str) -> bool:
    """Short, one letter or word again and again, rows of the alphabet, or words of every manual."""
    text = secret.strip()
    if len(text) < SHORTEST_SECRET or not text.isprintable():
        return True
    steps = bytes((after - before) % 256 for before, after in pairwise(text.encode()))
    unknown = WELL_KNOWN.sub("", text).encode()
    return min(map(_content, (text.encode(), unknown, steps))) < LEAST_CONTENT


def _content(text: bytes) -> int:
    return len(zlib.compress(text, 9, RAW_DEFLATE))
