"""The whole way to a film with clips that cost money: Runway by its stand-in, with all that goes wrong."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from compiler.media.probing import probe
from compiler.results import Probe
from tests.journeys.conftest import DEVICES, ROOT, App
from tests.journeys.steps import LONG, at, begin_film, sign_in, upload
from tests.journeys.visitors import Visitor, visit
from tests.support.media.photos import make_photos
from tests.support.servers.ports import free_port
from tests.support.servers.production import serve
from tests.support.standins.runway import RunwayStandIn
from tests.support.standins.scripting import Script

pytestmark = [pytest.mark.long, pytest.mark.chromium]

SECRET = "key_journey_7c1e9b"
PHOTOS = 5
GIFT = 30
"""What a newcomer gets in local mode."""


@pytest.fixture
def runway() -> Iterator[tuple[RunwayStandIn, str]]:
    """Of one try alone: what an earlier one left unasked would be asked of the next one's script."""
    standin = RunwayStandIn(Script(), SECRET)
    with serve(standin.app) as address:
        yield standin, address


@pytest.fixture
def app(runway: tuple[RunwayStandIn, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    if not (ROOT / ".web/build/client/index.html").is_file():
        pytest.skip("the front end is not built: `make test` builds it")
    settings = {
        "ECHOES_PROVIDER": "runway",
        "ECHOES_RUNWAY_BASE_URL": runway[1],
        "ECHOES_RUNWAY_API_SECRET": SECRET,
        "ECHOES_RUNWAY_POLL_SECONDS": "0.4",
        "ECHOES_CLIP_SECONDS": "2",
    }
    running = App(tmp_path_factory.mktemp("data"), free_port(), settings)
    running.start()
    yield running
    running.stop()


@pytest.fixture(params=["phone"])
def visitor(request: pytest.FixtureRequest, chromium: Browser, app: App) -> Iterator[Visitor]:
    with visit(chromium, app.address, request.param, DEVICES[request.param]) as visitor:
        yield visitor


def test_a_film_of_clips_that_cost_money(
    visitor: Visitor, runway: tuple[RunwayStandIn, str], tmp_path: Path
) -> None:
    standin, page = runway[0], visitor.page
    sign_in(visitor, "/films", "Edith")
    begin_film(visitor, "Our first house")
    upload(visitor, make_photos(tmp_path / "photos", 700, count=PHOTOS))
    page.get_by_role("link", name="Continue to the clips").click()
    at(page, "/clips")
    expect_balance(visitor, GIFT)
    standin.script.following = [
        {"slow": "4"},
        {"fail": "SAFETY.INPUT.IMAGE"},
        {"throttled": "12"},
        {"stuck": "waiting"},
        {"fail": "INTERNAL"},
    ]
    priced = page.get_by_role("button", name=f"Animate all {PHOTOS} photos · {PHOTOS} credits")
    expect(priced).to_be_visible()
    visitor.look("runway-1-price")
    priced.click()
    watch(visitor)
    stop_the_one_that_waits(visitor)
    expect(page.get_by_role("button", name="Keep", exact=True)).to_have_count(3, timeout=LONG)
    expect_balance(visitor, GIFT - 3)
    visitor.look("runway-4-made")
    choose_among_two(visitor)
    expect_balance(visitor, GIFT - 5)
    film = make_film(visitor, tmp_path)
    assert (film.kind, film.size, film.video_codec) == ("video", (1280, 720), "h264")
    assert SECRET not in page.content()


def watch(visitor: Visitor) -> None:
    """What is under way, and what the safety check refused, in words; a reload loses nothing."""
    page = visitor.page
    expect(page.get_by_text(re.compile("before it|Next in line")).first).to_be_visible()
    visitor.look("runway-2-line")
    expect(page.get_by_text(re.compile(r"Making it move, \d+%")).first).to_be_visible(timeout=LONG)
    page.reload()
    refused = page.get_by_text(
        "The safety check refused this photo. Please try another one. Your credit is back."
    )
    expect(refused).to_be_visible(timeout=LONG)
    visitor.look("runway-3-under-way")


def stop_the_one_that_waits(visitor: Visitor) -> None:
    page = visitor.page
    fourth = page.locator("li:has(.clip-card)").nth(3)
    expect(fourth.get_by_text("Waiting at the studio")).to_be_visible(timeout=LONG)
    fourth.get_by_role("button", name="Stop").click()
    expect(fourth.get_by_text("Stopped. Your credit is back.")).to_be_visible(timeout=LONG)


def choose_among_two(visitor: Visitor) -> None:
    """The stopped one again, in own words, twice at once, and the second of them is kept."""
    page = visitor.page
    card = page.locator("li:has(.clip-card)").nth(3)
    card.get_by_role("button", name="Choose a move").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name="A gentle smile").click()
    sheet.get_by_label("Or in your own words").fill("The dog runs through the garden")
    sheet.get_by_role("button", name="2", exact=True).click()
    priced = sheet.get_by_role("button", name="Animate · 2 credits")
    expect(priced).to_be_visible()
    visitor.look("runway-5-sheet")
    priced.click()
    expect(card.get_by_role("button", name="Keep", exact=True)).to_be_visible(timeout=LONG)
    card.get_by_role("button", name="Try again").click()
    takes = page.get_by_role("list", name="Clips of this photo").get_by_role("listitem")
    expect(takes).to_have_count(2)
    visitor.look("runway-6-variations")
    takes.nth(0).get_by_role("button", name="Keep this one").click()
    expect(takes.nth(0).get_by_text("In your film")).to_be_visible()
    page.keyboard.press("Escape")


def make_film(visitor: Visitor, folder: Path) -> Probe:
    page = visitor.page
    page.get_by_role("button", name=re.compile("^Keep the other")).click()
    page.get_by_role("link", name="Arrange your clips").click()
    at(page, "/arrange")
    page.get_by_role("button", name="Make the film").click()
    at(page, "/film")
    link = page.get_by_role("link", name="Download the film")
    expect(link).to_be_visible(timeout=LONG)
    with page.expect_download() as download:
        link.click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return probe(path, strict=True)


def expect_balance(visitor: Visitor, credits_: int) -> None:
    expect(visitor.page.locator(".balance").first).to_contain_text(str(credits_), timeout=LONG)
