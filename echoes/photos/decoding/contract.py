"""Sandbox protocol: requests and replies of decoding. Light, for the web process imports it too."""

from dataclasses import dataclass

from echoes.errors import InternalError

MOST_PAGES = 50
"""Of one file."""


class UnusablePhoto(InternalError):
    """Why a file cannot become a photograph: `reason` is a key of processing.SENTENCES."""

    code = "unusable_photo"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class DecodeLimits:
    pixels: int
    longest_side: int
    thumbnail_side: int


@dataclass(frozen=True)
class RenditionFacts:
    """`more_pages` are those of a file with several that are photographs too, told with its first one."""

    width: int
    height: int
    taken_at: str | None
    is_truncated: bool = False
    more_pages: tuple[int, ...] = ()
    fingerprint: str | None = None
    sharpness: float | None = None
