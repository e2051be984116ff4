"""Share pages of a link, rendered on the server (SSR): light, and whole without a script."""

from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from echoes.settings import get_settings
from echoes.sharing.link_access import LinkAccess, LinkedFilm
from echoes.sharing.service import EMBED, WATCH

GIFT = "A film is waiting for you"
SOCIAL_CARD, SOCIAL_CARD_SIZE = "/icons/social-card.jpg", (1200, 630)
CLOSED = "This film is no longer shared"
STATUS = {LinkAccess.OPEN: 200, LinkAccess.LOCKED: 200, LinkAccess.EARLY: 200, LinkAccess.GONE: 410}
"""Of a locked one messengers shall draw the card too, and they draw none of what is refused."""
CARD_LONGEST = 1200
"""Pixels of the picture that messengers show: heavier ones some leave out."""
LONGEST_DESCRIPTION = 200


def draw(shown: LinkedFilm, *, embedded: bool = False, problem: str = "") -> str:
    template = (
        "damaged.html" if shown.access == LinkAccess.OPEN and shown.is_damaged else f"{shown.access}.html"
    )
    if embedded:
        is_shown = shown.access == LinkAccess.OPEN and not shown.is_damaged
        template = "embed.html" if is_shown else "embed_closed.html"
    return _render(template, shown=shown, problem=problem, meta=_meta(shown), **_addresses(shown))


def draw_missing(*, embedded: bool = False) -> str:
    template = "embed_closed.html" if embedded else "missing.html"
    return _render(
        template, shown=None, problem="", make_your_own="", meta={"title": "There is no film here · Echoes"}
    )


def _addresses(shown: LinkedFilm) -> dict[str, str]:
    site = get_settings().public_url
    watch = f"{WATCH}{shown.token}"
    return {
        "watch": watch,
        "watch_address": f"{site}{watch}",
        "embed_address": f"{site}{EMBED}{shown.token}",
        "film": f"{watch}/film.mp4",
        "film_address": f"{site}{watch}/film.mp4",
        "poster": f"{watch}/poster-small.jpg" if shown.poster_key else "",
        "make_your_own": f"/r/{shown.referral_code}",
        "length": _length(shown.seconds),
    }


def _meta(shown: LinkedFilm) -> dict[str, Any]:
    """What messengers show of the link. Behind a closed door that is nothing of the film."""
    if shown.access != LinkAccess.OPEN:
        description = CLOSED if shown.access == LinkAccess.GONE else GIFT
        is_told = shown.access == LinkAccess.EARLY and not shown.has_password
        title = shown.title if is_told else description
        return {
            "title": title,
            "description": description,
            "is_told": is_told,
            "is_open": False,
            **_card(None),
        }
    by = f"A film by {shown.owner_name}. " if shown.owner_name else ""
    description = f"{by}{shown.note or 'A film made of photographs.'} {_length(shown.seconds)}"
    return {
        "title": shown.title,
        "description": _cut(" ".join(description.split())),
        "is_open": True,
        **_card(shown if shown.poster_key else None),
    }


def _card(shown: LinkedFilm | None) -> dict[str, Any]:
    """The film's poster, or our own picture where there is none to show. Both are JPEG."""
    site = get_settings().public_url
    if shown is None:
        return {"image": f"{site}{SOCIAL_CARD}", "image_size": SOCIAL_CARD_SIZE}
    poster = f"{site}{WATCH}{shown.token}/poster.jpg"
    return {"image": poster, "image_size": _fitted(shown.width, shown.height)}


def _fitted(width: int, height: int) -> tuple[int, int]:
    scale = min(1.0, CARD_LONGEST / max(width, height))
    return round(width * scale), round(height * scale)


def _cut(text: str) -> str:
    if len(text) <= LONGEST_DESCRIPTION:
        return text
    return text[:LONGEST_DESCRIPTION].rsplit(" ", 1)[0] + " …"


def _length(seconds: float) -> str:
    """As players and the film's own page count: a second shows when it is over."""
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02}"


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
