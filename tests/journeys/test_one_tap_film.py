"""From the landing page to a downloaded film with title, music and beat cuts, in at most eight taps."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Locator, expect
from sqlmodel import col, select

from compiler.media.probing import probe
from compiler.timeline.layout import lay_out
from compiler.timeline.model import Timeline
from echoes.database import Database
from echoes.models import Video
from echoes.settings import Settings
from tests.journeys.conftest import App
from tests.journeys.test_accessibility import judge
from tests.journeys.test_first_film import LONG, at
from tests.journeys.visitors import Visitor
from tests.support.photos import make_photos

pytestmark = [pytest.mark.long, pytest.mark.chromium]

MOST_TAPS = 8
FRAME = 1 / 24


class Finger:
    """Taps, and counts them."""

    def __init__(self) -> None:
        self.taps = 0

    def tap(self, what: Locator) -> None:
        what.click()
        self.taps += 1


@pytest.fixture
def database(app: App) -> Iterator[Database]:
    opened = Database(Settings(data_dir=app.data_dir).database_url)
    yield opened
    opened.dispose()


def test_a_film_in_eight_taps(visitor: Visitor, database: Database, tmp_path: Path) -> None:
    page, finger, title = visitor.page, Finger(), f"One tap on a {visitor.device}"
    page.goto("/")
    finger.tap(page.get_by_role("link", name="Make a film"))
    page.get_by_label(re.compile("name", re.I)).fill(f"Tilda on a {visitor.device}")
    finger.tap(page.get_by_role("button", name="Continue", exact=True))
    finger.tap(page.get_by_role("button", name="Start a film"))
    page.get_by_label("What is it called?").fill(title)
    finger.tap(page.get_by_role("button", name="Start with photos"))
    with page.expect_file_chooser() as chooser:
        finger.tap(page.get_by_role("button", name="Choose photos"))
    chooser.value.set_files(photos_and_one_again(tmp_path / "photos"))
    expect(page.locator("main img[src*='/files/']")).to_have_count(7, timeout=LONG)
    expect(page.get_by_text("1 looks like another one: not used.")).to_be_visible()
    judge(page, "photos, one of them set aside")
    visitor.look("one-tap-photos")
    finger.tap(page.get_by_role("button", name="Make my film"))
    at(page, "/arrange")
    visitor.look("one-tap-being-made")
    make = page.get_by_role("button", name="Make the film")
    expect(make).to_be_enabled(timeout=LONG)
    expect(page.locator("li.shot img")).to_have_count(6)
    judge(page, "the first version")
    visitor.look("one-tap-arrange")
    finger.tap(make)
    at(page, "/film")
    with page.expect_download(timeout=LONG) as download:
        finger.tap(page.get_by_role("link", name="Download the film"))
    film = tmp_path / download.value.suggested_filename
    download.value.save_as(film)
    assert finger.taps <= MOST_TAPS
    judge_film(film, stored_film(database, title), title)


def test_a_look_is_seen_at_once_and_a_photo_used_after_all(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.page
    page.goto("/films")
    page.get_by_label(re.compile("name", re.I)).fill(f"Uwe on a {visitor.device}")
    page.get_by_role("button", name="Continue", exact=True).click()
    page.get_by_role("button", name="Start a film").click()
    page.get_by_label("What is it called?").fill("Looks")
    page.get_by_role("button", name="Start with photos").click()
    at(page, "/photos")
    page.locator("input[type=file]").first.set_input_files(photos_and_one_again(tmp_path / "photos")[-3:])
    page.get_by_role("button", name=re.compile("^Use it:")).click(timeout=LONG)
    expect(page.get_by_role("button", name=re.compile("^Leave it out:"))).to_be_visible()
    expect(page.get_by_text("not used")).to_have_count(0)
    page.get_by_role("button", name="Make my film").click()
    at(page, "/arrange")
    expect(page.locator("li.shot img")).to_have_count(3, timeout=LONG)
    looks = page.get_by_role("group", name="The look")
    expect(looks.get_by_role("button", name="Gentle")).to_have_attribute("aria-pressed", "true")
    before = page.get_by_text(re.compile("Your film is")).inner_text()
    looks.get_by_role("button", name="Plain").click()
    expect(looks.get_by_role("button", name="Plain")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text(before, exact=True)).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(looks.get_by_role("button", name="Gentle")).to_have_attribute("aria-pressed", "true")
    visitor.look("looks")


def photos_and_one_again(folder: Path) -> list[Path]:
    """Six different ones, and the last of them once more, as a messenger would send it on."""
    photos = make_photos(folder)
    again = folder / "again.jpg"
    with Image.open(photos[-1]) as picture:
        small = picture.convert("RGB")
        small.thumbnail((900, 900))
        small.save(again, quality=55)
    return [*photos, again]


def stored_film(database: Database, title: str) -> Timeline:
    with database.reading() as session:
        video = session.exec(select(Video).where(col(Video.title) == title)).one()
        timeline: dict[str, Any] = video.timeline
        return Timeline.from_json(json.loads(json.dumps(timeline)))


def judge_film(film: Path, timeline: Timeline, title: str) -> None:
    found, layout = probe(film, strict=True), lay_out(timeline)
    assert found.duration == pytest.approx(layout.duration, abs=FRAME)
    assert (found.kind, found.has_audio) == ("video", True)
    assert timeline.titles.opening is not None
    assert timeline.titles.opening.text == title
    assert timeline.titles.end is not None
    assert timeline.soundtrack is not None
    assert len(timeline.shots) == 6
    assert (timeline.fade_in, timeline.fade_out) == (24, 24)
