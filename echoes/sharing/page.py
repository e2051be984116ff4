"""Share pages of a link, rendered on the server (SSR): light, and whole without a script."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from echoes.settings import get_settings
from echoes.sharing.captions import language_of
from echoes.sharing.link_access import LinkAccess, LinkedFilm
from echoes.sharing.link_preview import link_preview
from echoes.sharing.replies.visitor import LONGEST_NAME, LONGEST_WORDS, GivenReplies
from echoes.sharing.service import EMBED, WATCH
from echoes.text.formatting import duration

STATUS = {
    LinkAccess.OPEN: 200, LinkAccess.LOCKED: 200, LinkAccess.EARLY: 200, LinkAccess.ENDED: 410,
    LinkAccess.GONE: 410,
}  # fmt: skip
"""Of a locked one messengers shall draw the card too, and they draw none of what is refused."""
UNAVAILABLE = 503


@dataclass(frozen=True, slots=True)
class ReplyForm:
    """What stands in the form, and what this browser has sent before."""

    browser_id: str
    given: GivenReplies
    words: str = ""
    name: str = ""
    problem: str = ""
    longest_words: int = LONGEST_WORDS
    longest_name: int = LONGEST_NAME


def draw(
    shown: LinkedFilm, *, embedded: bool = False, problem: str = "", reply: ReplyForm | None = None
) -> str:
    return _render(
        _template(shown, embedded),
        shown=shown,
        problem=problem,
        reply=reply,
        preview=link_preview(shown),
        **_addresses(shown),
    )


def draw_missing(*, embedded: bool = False) -> str:
    template = "embed_closed.html" if embedded else "missing.html"
    return _render(template, shown=None, preview={"title": "There is no film here · Echoes"})


def status_of(shown: LinkedFilm) -> int:
    return UNAVAILABLE if _is_damaged(shown) else STATUS[shown.access]


def _template(shown: LinkedFilm, embedded: bool) -> str:
    if embedded:
        is_shown = shown.access == LinkAccess.OPEN and not shown.is_damaged
        return "embed.html" if is_shown else "embed_closed.html"
    return "damaged.html" if _is_damaged(shown) else f"{shown.access}.html"


def _is_damaged(shown: LinkedFilm) -> bool:
    return shown.access == LinkAccess.OPEN and shown.is_damaged


def _addresses(shown: LinkedFilm) -> dict[str, str]:
    site = get_settings().public_url
    watch = f"{WATCH}{shown.token}"
    return {
        "watch": watch,
        "watch_address": f"{site}{watch}",
        "embed_address": f"{site}{EMBED}{shown.token}",
        "film": f"{watch}/film.mp4",
        "film_address": f"{site}{watch}/film.mp4",
        "poster": f"{watch}/poster-small.webp" if shown.poster_key else "",
        "captions": f"{watch}/captions.vtt" if shown.has_captions else "",
        "language": language_of(shown.timeline),
        "make_your_own": f"/r/{shown.referral_code}",
        "length": duration(shown.seconds),
    }


def _iso_length(seconds: float) -> str:
    return f"PT{int(seconds)}S"


def _day(moment: datetime) -> str:
    return f"{moment:%-d %B %Y, %H:%M} UTC"


def _render(template: str, **context: Any) -> str:
    return _environment().get_template(template).render(site=get_settings().public_url, **context)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("echoes.sharing"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,  # A name that Python lacks is an error, not an empty place.
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"day": _day, "iso_length": _iso_length}
    return environment
