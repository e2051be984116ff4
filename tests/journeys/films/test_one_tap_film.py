"""From the landing page to a downloaded film with title, music and beat cuts, in at most six taps."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import expect
from sqlmodel import col, select

from compiler.media.probing import probe
from compiler.timeline.layout import lay_out
from compiler.timeline.model import Timeline
from echoes.database import Database
from echoes.models import User, Video
from tests.journeys.guidelines import obeys_in_light_and_dark
from tests.journeys.steps import LONG, at, from_landing_to_photos
from tests.journeys.visitors import Finger, Visitor
from tests.support.media.photos import make_photos

pytestmark = [pytest.mark.long, pytest.mark.chromium]

MOST_TAPS = 6
FRAME = 1 / 24
TAKEN = "14 July 2019"
"""Of the one photo that says so."""


def test_a_film_in_six_taps(visitor: Visitor, database: Database, tmp_path: Path) -> None:
    page, finger = visitor.page, Finger()
    name = from_landing_to_photos(visitor, finger, "Tilda")
    with page.expect_file_chooser() as chooser:
        finger.tap(page.get_by_role("button", name="Choose photos"))
    chooser.value.set_files(photos_and_one_again(tmp_path / "photos"))
    expect(page.locator("main img[src*='/files/']")).to_have_count(7, timeout=LONG)
    expect(page.get_by_text("1 photo looks like another one, so it is not used.")).to_be_visible()
    obeys_in_light_and_dark(page, "photos, one of them set aside")
    visitor.look("one-tap-photos")
    finger.tap(page.get_by_role("button", name="Make my film"))
    at(page, "/arrange")
    visitor.look("one-tap-being-made")
    make = page.get_by_role("button", name="Make the film")
    expect(make).to_be_enabled(timeout=LONG)
    expect(page.locator("li.shot img")).to_have_count(6)
    obeys_in_light_and_dark(page, "the first version")
    visitor.look("one-tap-arrange")
    finger.tap(make)
    at(page, "/film")
    with page.expect_download(timeout=LONG) as download:
        finger.tap(page.get_by_role("link", name="Download the film"))
    film = tmp_path / download.value.suggested_filename
    download.value.save_as(film)
    assert finger.taps <= MOST_TAPS
    judge_film(film, newest_film(database, name))


@pytest.mark.parametrize("visitor", ["phone"], indirect=True)
def test_a_look_is_seen_at_once_and_a_photo_used_after_all(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.page
    from_landing_to_photos(visitor, Finger(), "Uwe")
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


def newest_film(database: Database, name: str) -> Timeline:
    of_person = select(Video).join(User, col(User.id) == col(Video.owner_id)).where(col(User.name) == name)
    with database.reading() as session:
        video = session.exec(of_person.order_by(col(Video.id).desc())).first()
        assert video is not None
        timeline: dict[str, Any] = video.timeline
        return Timeline.from_json(json.loads(json.dumps(timeline)))


def judge_film(film: Path, timeline: Timeline) -> None:
    """Nobody has named it: in front stands when its photos were taken."""
    found, layout = probe(film, strict=True), lay_out(timeline)
    assert found.duration == pytest.approx(layout.duration, abs=FRAME)
    assert (found.kind, found.has_audio) == ("video", True)
    assert timeline.titles.opening is not None
    assert timeline.titles.opening.text == TAKEN
    assert timeline.titles.end is not None
    assert timeline.soundtrack is not None
    assert len(timeline.shots) == 6
    assert (timeline.fade_in, timeline.fade_out) == (24, 24)
