"""Undo: a photo is rotated, moves are tried out before they are chosen, and what was taken out comes back."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from echoes.database import Database
from echoes.models import Photo, Project
from echoes.takes.motions import MOVES
from tests.journeys.conftest import App
from tests.journeys.steps import NAMES, is_drawn, named, sign_in
from tests.journeys.visitors import Visitor, becomes
from tests.journeys.whole_app.test_accessibility import a_film_in_every_state
from tests.support.databases.rows import add_track
from tests.support.processes import wait_for

pytestmark = pytest.mark.chromium

MOVING = """photos => photos.map(photo => photo.getAnimations().map(
  (one) => [one.animationName, one.playState, one.effect.getComputedTiming().duration]))"""

FITS_A_THUMB = """control => {
  const { width, height } = control.getBoundingClientRect();
  return Math.min(width, height) >= 44;
}"""


@pytest.fixture
def project(visitor: Visitor, app: App, database: Database, small_clip: Path, tmp_path: Path) -> Project:
    name = sign_in(visitor, "/films", "Second thoughts")
    return a_film_in_every_state(app, database, name, small_clip, tmp_path)


def test_second_thoughts(visitor: Visitor, database: Database, project: Project) -> None:
    page = visitor.page
    page.emulate_media(reduced_motion="no-preference")
    page.goto(f"/project/{project.id}/clips")
    previews_move(page)
    page.emulate_media(reduced_motion="reduce")
    rotated_twice_by_two_quick_taps(page, database, project)
    visitor.look("3-photos-rotated")
    page.get_by_role("link", name=re.compile("Clips")).click()
    card = page.locator("li", has=page.locator(".clip-card")).last
    expect(card.get_by_text("You have rotated this photo since.")).to_be_visible()
    expect(card.get_by_role("button", name="Animate again")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Animate the other"))).to_be_visible()
    visitor.look("4-clips-rotated")
    removed_and_brought_back(visitor, database, project)
    taken_out_and_put_back(visitor)
    # Of two quick turns the first one's thumbnail may be gone before the browser asks for it.
    visitor.complaints[:] = [line for line in visitor.complaints if "/thumbnails/" not in line]


def previews_move(page: Page) -> None:
    page.get_by_role("button", name="Choose a move").first.click()
    photos = page.locator(".move-window > .framed-photo:not(.move-surprise)")
    expect(photos).to_have_count(len(MOVES))
    names = [f"move-{motion.key.replace('_', '-')}" for motion in MOVES]
    moving = [[[name, "running", 5000]] for name in names]
    becomes(lambda: photos.evaluate_all(MOVING), moving, "each picture shows its move")
    page.get_by_role("button", name="Close", exact=True).click()


def rotated_twice_by_two_quick_taps(page: Page, database: Database, project: Project) -> None:
    page.get_by_role("link", name=re.compile("Photos")).click()
    other = page.context.new_page()
    other.goto(f"/project/{project.id}/photos")
    seen = other.locator("li.tile img").last
    is_drawn(seen)
    before = str(seen.get_attribute("src"))
    rotate = page.get_by_role("button", name=re.compile("^Rotate ")).last
    becomes(lambda: rotate.evaluate(FITS_A_THUMB), True, "large enough for a thumb")
    rotate.dblclick()
    wait_for(lambda: rotations(database, project)[-1] == 2, "two turns")
    assert rotations(database, project)[:-1] == [0] * 4
    expect(seen).not_to_have_attribute("src", before)
    expect(page.locator("li.tile.rotating")).to_have_count(0)
    other.close()


def rotations(database: Database, project: Project) -> list[int]:
    from echoes.photos.service import list_photos

    with database.reading_as(project.owner_id) as session:
        photos: list[Photo] = list_photos(session, project.id)
        return [photo.rotation for photo in photos]


def removed_and_brought_back(visitor: Visitor, database: Database, project: Project) -> None:
    """A photo with its clip, a clip, and own music: a tap removes each, and the next brings it back."""
    page, notice = visitor.page, visitor.page.locator(".notice")
    with database.unscoped() as session:
        add_track(session, project.owner_id)
    page.get_by_role("link", name=re.compile("Photos")).click()
    tiles = page.locator("li.tile img")
    expect(tiles).to_have_count(5)
    page.get_by_role("button", name=re.compile("^Remove ")).last.click()
    expect(notice.get_by_text("1 photo was removed with its clip.")).to_be_visible()
    expect(tiles).to_have_count(4)
    visitor.look("4-photo-removed")
    notice.get_by_role("button", name="Undo").click()
    expect(tiles).to_have_count(5)
    page.get_by_role("link", name=re.compile("Clips")).click()
    kept = page.locator(".clip-card.kept")
    expect(kept).to_have_count(2)
    kept.first.get_by_role("button", name="Change").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove this clip").click()
    expect(notice.get_by_text("The clip was removed. Its photo stays.")).to_be_visible()
    expect(kept).to_have_count(1)
    visitor.look("4-clip-removed")
    notice.get_by_role("button", name="Undo").click()
    expect(kept).to_have_count(2)
    page.get_by_role("link", name=re.compile("Arrange")).click()
    delete = page.get_by_role("button", name=f"Delete {named('Tender')}")
    delete.click()
    expect(notice.get_by_text("The music was deleted.")).to_be_visible()
    expect(delete).to_have_count(0)
    visitor.look("4-music-removed")
    notice.get_by_role("button", name="Undo").click()
    expect(delete).to_be_visible()
    expect(notice).to_have_count(0)


def taken_out_and_put_back(visitor: Visitor) -> None:
    page = visitor.page
    posters = page.locator("li.shot img")
    expect(posters).to_have_count(2)
    before = posters.evaluate_all(NAMES)
    page.get_by_role("button", name="Take clip 1 out of the film").click()
    notice = page.locator(".notice")
    expect(notice.get_by_text("Clip 1 is no longer in the film.")).to_be_visible()
    visitor.look("5-arrange-undo")
    notice.get_by_role("button", name="Undo").click()
    expect(posters).to_have_count(2)
    becomes(lambda: posters.evaluate_all(NAMES), before, "each clip is where it was")
    expect(notice).to_have_count(0)
