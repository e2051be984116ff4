"""The server dies in the middle of the work and is started again: an open page finds back by itself and shows
the truth, and nothing has to be asked for twice."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.conftest import DEVICES, UNHURRIED, App, require_front_end
from tests.journeys.films.test_first_film import keep_all
from tests.journeys.steps import LONG, begin_film, sign_in, upload
from tests.journeys.visitors import Finger, Visitor, visit
from tests.support.media.photos import make_photos
from tests.support.servers.ports import free_port

pytestmark = [pytest.mark.long, pytest.mark.chromium]
PHOTOS = 4


@pytest.fixture
def own_app(tmp_path: Path) -> Iterator[App]:
    """Of this test alone: the others want theirs alive."""
    require_front_end()
    running = App(tmp_path / "data", free_port(), {"ECHOES_CLIP_SECONDS": "1", **UNHURRIED})
    running.start()
    yield running
    running.stop()


@pytest.fixture
def visitor(own_app: App, chromium: Browser) -> Iterator[Visitor]:
    with visit(chromium, own_app.address, "phone", DEVICES["phone"]) as visitor:
        yield visitor


def power_cut(app: App, visitor: Visitor) -> None:
    app.kill()
    visitor.page.wait_for_timeout(500)
    app.start()
    # While the server is away the browser says so in its console, as it should.
    visitor.complaints.clear()


def test_clips_and_film_are_finished_after_a_power_cut(
    own_app: App, visitor: Visitor, tmp_path: Path
) -> None:
    page = visitor.page
    sign_in(visitor, "/films", "Rosa in a thunderstorm")
    begin_film(visitor, "Thunderstorm")
    upload(visitor, make_photos(tmp_path / "photos", 640, count=PHOTOS))
    page.get_by_role("link", name="Continue to the clips").click()
    page.get_by_role("button", name=re.compile("^Animate ")).last.click()
    expect(page.get_by_text("Making it move").first).to_be_visible()
    power_cut(own_app, visitor)
    expect(page.get_by_role("button", name="Keep", exact=True)).to_have_count(PHOTOS, timeout=LONG)
    keep_all(visitor, Finger(), PHOTOS)
    page.get_by_role("button", name="Make the film").click()
    expect(page.get_by_text("Your film is being made")).to_be_visible()
    power_cut(own_app, visitor)
    expect(page.get_by_role("link", name="Download the film")).to_be_visible(timeout=LONG)
    visitor.complaints.clear()
