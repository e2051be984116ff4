"""A finished film is made large for a television, kept as a file, and offered where it is sent."""

import shutil
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import col, select

from compiler.media.probing import probe
from compiler.timeline.model import Shot, Timeline
from echoes.database import Database
from echoes.models import User, now
from echoes.settings import Settings
from echoes.storage.local import LocalStorage
from echoes.storage.signing import UrlSigner
from tests.journeys.conftest import App
from tests.journeys.guidelines import obeys
from tests.journeys.steps import sign_in
from tests.journeys.visitors import Visitor, becomes
from tests.support.databases.rows import add_photo, add_project, add_take, add_video
from tests.support.media.samples import save_photo, textured

pytestmark = pytest.mark.chromium
LONG = 120_000
SHORT = ((844, 390), (640, 400), (320, 256))
"""A phone on its side, 1280×800 at 200 % and 1280×1024 at 400 %."""


def make_film(app: App, name: str, clip: Path, folder: Path) -> UUID:
    """A film of one clip, finished, with the clip that it was made of."""
    storage = LocalStorage(app.data_dir / "files", UrlSigner(b"of no use here"))
    database = Database(Settings(data_dir=app.data_dir).database_url)
    with database.unscoped() as session:
        owner = session.exec(select(User).where(col(User.name) == name)).one()
        project = add_project(session, owner.id, "Fifty years")
        photo = add_photo(session, project)
        storage.put(photo.thumbnail_key, save_photo(folder / "thumbnail.jpg", textured(320, 240)))
        take = add_take(session, photo, approved=True)
        video = add_video(session, project)
        take.frames, take.video_key = 24, f"{owner.id}/takes/{take.id}.mp4"
        video.timeline = Timeline((Shot(clip=str(take.id), frames=24),), size=(1280, 720)).to_json()
        video.film_key = f"{owner.id}/films/{video.id}.mp4"
        video.frames, video.ended_at, video.size_bytes = 24, now(), clip.stat().st_size
        for key in (take.video_key, video.film_key):
            storage.put(key, Path(shutil.copy(clip, folder / "copy.mp4")))
    database.dispose()
    return project.id


@pytest.mark.parametrize("visitor", ["desktop"], indirect=True)
def test_a_film_is_made_large_and_kept(visitor: Visitor, app: App, small_clip: Path, tmp_path: Path) -> None:
    page, name = visitor.page, sign_in(visitor, "/films", "Large")
    page.goto(f"/project/{make_film(app, name, small_clip, tmp_path)}/film")
    size = page.get_by_role("listitem").filter(has_text="For a television")
    size.get_by_role("button", name="Make it").click()
    expect(size.get_by_role("link", name="Download")).to_be_visible(timeout=LONG)
    visitor.look("7-film-large")
    obeys(page, "a film made large")
    with page.expect_download() as download:
        size.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename.endswith("1920x1080.mp4")
    film = tmp_path / "large.mp4"
    download.value.save_as(film)
    found = probe(film, strict=True)
    assert (found.size, found.frames) == ((1920, 1080), 24)
    page.get_by_role("button", name="Share").click()
    page.get_by_role("button", name="Next: send it").click()
    page.get_by_text("Keep the film as a file").click()
    expect(page.get_by_role("link", name="Download (1280 × 720,")).to_be_visible()
    expect(page.get_by_role("link", name="Download (1920 × 1080,")).to_be_visible()
    page.get_by_role("button", name="Close", exact=True).click()
    size.get_by_role("button", name="Delete the large file").click()
    page.get_by_role("button", name="Delete the file").click()
    expect(size.get_by_role("button", name="Make it")).to_be_visible()


@pytest.mark.parametrize("visitor", ["phone"], indirect=True)
def test_a_player_fits_phones_on_their_side_and_zoomed_pages(
    visitor: Visitor, app: App, small_clip: Path, tmp_path: Path
) -> None:
    page, name = visitor.page, sign_in(visitor, "/films", "On its side")
    page.goto(f"/project/{make_film(app, name, small_clip, tmp_path)}/arrange")
    expect(page.locator(".player .player-bar")).to_be_visible()
    for width, height in SHORT:
        page.set_viewport_size({"width": width, "height": height})
        visitor.look(f"arrange-{width}x{height}")
        becomes(partial(excess, page, height), 0, f"picture and controls need too many of {height} px")


def excess(page: Page, height: int) -> float:
    """Of the player, which is more than the screen has."""
    box = page.locator(".player").bounding_box()
    assert box is not None
    return max(0, box["height"] - height)
