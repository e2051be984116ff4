"""Progress reporting of long work."""

from collections.abc import Callable
from typing import TypeAlias

Progress: TypeAlias = Callable[[float, str], None]
"""Called with the done fraction, 0 to 1, and the name of the stage."""

WRITING = "writing"
"""The stage of a film in which all its pieces are made, and it is put together."""


def silent(fraction: float, stage: str) -> None:
    """Tell nobody."""
