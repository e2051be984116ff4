"""Pictures of words: signed, drawn once, kept; nobody has anything else drawn."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from compiler.timeline.layout import lay_out
from compiler.timeline.model import Shot, Timeline, Transition
from echoes.error_responses import ErrorMiddleware
from echoes.lettering import Words, address_of, mark_of
from echoes.lettering.drawing import Drawings
from echoes.lettering.routes import routes
from echoes.settings import get_settings
from tests.support.processes import wait_until

WORDS = Words("caption", "The first day at the lake", "", 1280, 720, "plain")
pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def web() -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=routes, middleware=[Middleware(ErrorMiddleware)])
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client


def changed(address: str, **query: str) -> str:
    parts = urlsplit(address)
    return parts._replace(
        query=urlencode(dict(parse_qsl(parts.query, keep_blank_values=True)) | query)
    ).geturl()


def kept() -> list[Path]:
    return sorted(get_settings().cache_dir.glob("lettering-*"))


def test_the_same_words_have_the_same_address_and_others_another() -> None:
    assert address_of(WORDS) == address_of(WORDS)
    others = [Words("caption", "The second day", "", 1280, 720, "plain"), replace(WORDS, kind="card")]
    assert len({address_of(words) for words in (WORDS, *others)}) == 3


def test_a_mark_is_drawn_once_for_all_clips_of_a_film_that_have_it() -> None:
    shots = tuple(Shot(name, frames=48, caption=name, mark=mark) for name, mark in (("a", "AI"), ("b", None)))
    layout = lay_out(Timeline((*shots, shots[0])))
    first, plain, last = (mark_of(shot, (1280, 720)) for shot in layout.shots)
    assert first == last == Words("mark", "AI", "", 1280, 720, "plain")
    assert plain is None


def test_a_clip_that_is_never_alone_shows_no_mark() -> None:
    """Its transitions meet: the film draws none there."""
    shots = tuple(Shot(name, frames=frames, mark="AI") for name, frames in (("a", 48), ("b", 12), ("c", 48)))
    layout = lay_out(Timeline(shots, (Transition("crossfade", 6),)))
    assert [mark_of(shot, (1280, 720)) is None for shot in layout.shots] == [False, True, False]


@pytest.mark.parametrize(
    "query",
    [
        {"text": "Anything else"}, {"text": ""}, {"text": "x" * 10_000}, {"kind": "card"}, {"kind": "film"},
        {"style": "album"}, {"style": "../x"}, {"width": "9999"}, {"width": "-1"}, {"width": "1e3"},
        {"width": "\u0661"}, {"subtitle": "more"}, {"text": "\ud800"},
    ],
    ids=lambda query: next(iter(query)) + "=" + ascii(next(iter(query.values())))[:12],
)  # fmt: skip
async def test_what_was_not_signed_is_not_drawn(web: httpx.AsyncClient, query: dict[str, str]) -> None:
    try:
        address = changed(address_of(WORDS), **query)
    except UnicodeEncodeError:
        address = address_of(WORDS).replace("text=", "text=%ED%A0%80")
    answer = await web.get(address)
    assert answer.status_code == 403
    assert kept() == []


@pytest.mark.slow
async def test_they_are_drawn_once_kept_and_served_as_a_picture_that_browsers_keep(
    web: httpx.AsyncClient,
) -> None:
    answers = await asyncio.gather(*(web.get(address_of(WORDS)) for _ in range(3)))
    (picture,) = kept()
    made = picture.stat().st_ino
    again = await web.get(address_of(WORDS))
    assert {answer.status_code for answer in (*answers, again)} == {200}
    assert again.headers["content-type"] == "image/webp"
    assert "immutable" in again.headers["cache-control"]
    assert (again.content[:4], again.content) == (b"RIFF", answers[0].content)
    assert (kept()[0].stat().st_ino, len(kept())) == (made, 1)


@pytest.mark.slow
async def test_one_who_goes_away_takes_the_picture_from_nobody_else() -> None:
    drawings = Drawings()
    gone = asyncio.create_task(drawings.picture(WORDS))
    await wait_until(lambda: drawings._under_way, "the drawing to begin")
    (drawing,) = drawings._under_way.values()
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert await drawings.picture(WORDS) == await drawing
    assert len(kept()) == 1
