"""The pages of a link, drawn on the server: light, and whole without a script."""

from datetime import datetime
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, select_autoescape

from echoes.settings import get_settings
from echoes.sharing.service import EMBED, WATCH
from echoes.sharing.visiting import Door, Shown

GIFT = "A film is waiting for you"
SOCIAL_CARD = "/icons/social-card.jpg"
STATUS = {Door.OPEN: 200, Door.LOCKED: 401, Door.EARLY: 200, Door.GONE: 410}
LONGEST_DESCRIPTION = 200


def draw(shown: Shown, *, embedded: bool = False, problem: str = "") -> str:
    template = "embed.html" if embedded and shown.door == Door.OPEN else f"{shown.door}.html"
    return _render(template, shown=shown, problem=problem, meta=_meta(shown), **_addresses(shown))


def draw_missing() -> str:
    return _render("missing.html", meta={"title": "There is no film here · Echoes"})


def _addresses(shown: Shown) -> dict[str, str]:
    site = get_settings().public_url
    watch = f"{WATCH}{shown.token}"
    return {
        "watch": watch,
        "watch_address": f"{site}{watch}",
        "embed_address": f"{site}{EMBED}{shown.token}",
        "film": f"{watch}/film.mp4",
        "film_address": f"{site}{watch}/film.mp4",
        "poster": f"{watch}/poster-small.jpg",
        "make_your_own": f"/r/{shown.referral_code}",
        "length": _length(shown.seconds),
    }


def _meta(shown: Shown) -> dict[str, Any]:
    """What messengers show of the link. Behind a closed door that is nothing of the film."""
    site = get_settings().public_url
    if shown.door != Door.OPEN:
        title = shown.title if shown.door == Door.EARLY else GIFT
        return {"title": title, "description": GIFT, "image": f"{site}{SOCIAL_CARD}", "is_open": False}
    by = f"A film by {shown.owner_name}. " if shown.owner_name else ""
    description = f"{by}{shown.note or 'A film made of photographs.'} {_length(shown.seconds)}"
    return {
        "title": shown.title,
        "description": _cut(" ".join(description.split())),
        "image": f"{site}{WATCH}{shown.token}/poster.jpg",
        "is_open": True,
    }


def _cut(text: str) -> str:
    if len(text) <= LONGEST_DESCRIPTION:
        return text
    return text[:LONGEST_DESCRIPTION].rsplit(" ", 1)[0] + " …"


def _length(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02}"


def _iso_length(seconds: float) -> str:
    return f"PT{round(seconds)}S"


def _day(moment: datetime) -> str:
    return f"{moment:%-d %B %Y, %H:%M} UTC"


def _render(template: str, **context: Any) -> str:
    return _environment().get_template(template).render(site=get_settings().public_url, **context)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("echoes.sharing"),
        autoescape=select_autoescape(),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"day": _day, "iso_length": _iso_length}
    return environment
