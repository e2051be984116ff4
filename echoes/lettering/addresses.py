"""Signed addresses of pictures of words: the same words have the same address for ever."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from compiler.requests import LETTERINGS
from compiler.timeline.layout import Layout, PlacedShot
from compiler.timeline.model import LONGEST_TEXT, TITLE_STYLES
from echoes.errors import Refused
from echoes.settings import get_settings, signing_key

PREFIX = "/lettering/"
DRAWING = 2
"""Raise it when the compiler draws words differently: pictures that browsers keep are asked for anew."""


@dataclass(frozen=True, slots=True)
class Words:
    """What is drawn, and how: `kind` is one of LETTERINGS, `style` a title style of the compiler."""

    kind: str
    text: str
    subtitle: str
    width: int
    height: int
    style: str

    @property
    def digest(self) -> str:
        """Equal for equal pictures."""
        return hashlib.sha256(_line(self)).hexdigest()[:32]


def words_of(shot: PlacedShot, layout: Layout, size: tuple[int, int]) -> Words | None:
    """What the player lays over this shot: its card, or its caption; None where there is neither."""
    style = layout.title_style
    if shot.clip is None:
        return Words("card", shot.text or "", shot.subtitle or "", *size, style)
    if shot.caption and shot.caption_start < shot.caption_end:
        return Words("caption", shot.caption, "", *size, style)
    return None


def mark_of(shot: PlacedShot, size: tuple[int, int]) -> Words | None:
    """What stands in a corner of this shot; None where nothing does."""
    if shot.mark and shot.mark_start < shot.mark_end:
        return Words("mark", shot.mark, "", *size, "plain")
    return None


def address_of(words: Words) -> str:
    return f"{PREFIX}{_signature(words)}.webp?{urlencode(asdict(words))}"


def read_address(signature: str, query: Mapping[str, str]) -> Words:
    """Raises Refused for any address that `address_of` did not make."""
    words = _words(query)
    if words is None or not hmac.compare_digest(_signature(words).encode(), signature.encode()):
        raise Refused("This picture is not available. Please reload the page.")
    return words


def _words(query: Mapping[str, str]) -> Words | None:
    given = {name: query.get(name, "") for name in ("kind", "text", "subtitle", "style")}
    sizes = [query.get(name, "") for name in ("width", "height")]
    if not all(size.isascii() and size.isdecimal() and len(size) <= 4 for size in sizes):
        return None
    if given["kind"] not in LETTERINGS or given["style"] not in TITLE_STYLES:
        return None
    if not 0 < len(given["text"]) <= LONGEST_TEXT or len(given["subtitle"]) > LONGEST_TEXT:
        return None
    return Words(width=int(sizes[0]), height=int(sizes[1]), **given)


def _signature(words: Words) -> str:
    key = hmac.digest(signing_key(get_settings()), b"echoes lettering", hashlib.sha256)
    return hmac.digest(key, _line(words), hashlib.sha256).hex()[:43]


def _line(words: Words) -> bytes:
    """No two different ones are written alike: words hold no line end."""
    return "\n".join([str(DRAWING), *map(str, asdict(words).values())]).encode("utf-8", "surrogatepass")
