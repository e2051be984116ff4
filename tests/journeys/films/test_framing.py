"""Framing by hand on the clips step, and the clip that is made again in its place."""

import io
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect
from sqlmodel import col, select

from compiler.clips.poster import save_poster
from echoes.database import Database
from echoes.models import Clip, Photo, Project, Take, User
from echoes.storage.local import LocalStorage
from echoes.storage.signing import UrlSigner
from tests.journeys.conftest import App
from tests.journeys.guidelines import obeys_in_light_and_dark
from tests.journeys.steps import sign_in
from tests.journeys.visitors import Visitor
from tests.support.databases.rows import add_photo, add_project, add_take
from tests.support.media.photos import subject
from tests.support.processes import wait_for

pytestmark = [pytest.mark.long, pytest.mark.chromium]


@pytest.fixture
def project(visitor: Visitor, app: App, database: Database, small_clip: Path, tmp_path: Path) -> Project:
    """A portrait that is in the film, and a photo in the film's shape without a clip."""
    name = sign_in(visitor, "/films", "Framing")
    storage = LocalStorage(app.data_dir / "files", UrlSigner(b"of no use here"))
    save_poster(small_clip, tmp_path / "poster.jpg")
    with database.unscoped() as session:
        owner = session.exec(select(User).where(col(User.name) == name)).one()
        project = add_project(session, owner.id, "Grandma’s garden")
        portrait = add_photo(session, project, f"{project.id}-portrait.jpg")
        landscape = add_photo(session, project, f"{project.id}-landscape.jpg")
        for photo, picture in (
            (portrait, subject("astronaut.png", 1200).crop((200, 0, 1000, 1200))),
            (landscape, subject("coffee.png", 1200)),
        ):
            photo.width, photo.height = picture.size
            for key, side in ((photo.master_key, 1200), (photo.thumbnail_key, 480)):
                storage.put(key, written(picture, side, tmp_path / "photo.jpg"))
        take = add_take(session, portrait, approved=True)
        take.video_key, take.poster_key = f"{owner.id}/takes/{take.id}.mp4", f"{owner.id}/takes/{take.id}.jpg"
        take.frames, take.profile_version = 24, 1
        (tmp_path / "clip.mp4").write_bytes(small_clip.read_bytes())
        storage.put(take.video_key, tmp_path / "clip.mp4")
        storage.put(take.poster_key, tmp_path / "poster.jpg")
        return project


def written(picture: Image.Image, side: int, path: Path) -> Path:
    file, small = io.BytesIO(), picture.copy()
    small.thumbnail((side, side))
    small.save(file, "JPEG", quality=90)
    path.write_bytes(file.getvalue())
    return path


def test_framing(visitor: Visitor, database: Database, project: Project) -> None:
    page = visitor.page
    page.goto(f"/project/{project.id}/clips")
    expect(page.locator("li .clip-card")).to_have_count(2)
    wait_for(lambda: all(photo.subject for photo in photos(database, project)), "faces to be looked for")
    page.get_by_role("button", name="Change", exact=True).click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_text("Framing and movement").click()
    expect(sheet.get_by_text("The whole photo is shown, over a blurred copy of itself.")).to_be_visible()
    sheet.get_by_role("button", name="Strong").click()
    expect(sheet.get_by_role("button", name="Strong")).to_have_attribute("aria-pressed", "true")
    picker = sheet.get_by_role("button", name="What matters most")
    if visitor.device == "phone":
        picker.tap()
    else:
        picker.press("ArrowRight")
    expect(sheet.get_by_text("The photo fills the frame.")).to_be_visible()
    obeys_in_light_and_dark(page, "the framing of a photo")
    visitor.look("framing")
    sheet.get_by_role("button", name="Let Echoes choose").click()
    expect(sheet.get_by_text("The whole photo is shown")).to_be_visible()
    sheet.get_by_role("button", name="Fill the frame").click()
    expect(sheet.get_by_text("The photo fills the frame.")).to_be_visible()
    sheet.get_by_role("button", name="Make the clip again").click()
    expect(sheet).to_be_hidden()
    wait_for(lambda: placed(database, project), "the clip made again to stand in the film")
    expect(page.get_by_text("You have changed its framing")).to_be_hidden()
    visitor.look("framed-clips")
    assert visitor.complaints == []


def photos(database: Database, project: Project) -> list[Photo]:
    with database.reading() as session:
        return list(session.exec(select(Photo).where(col(Photo.project_id) == project.id)))


def placed(database: Database, project: Project) -> bool:
    """The film shows the take of the new framing."""
    query = select(Take.framing_mode, Take.movement).join(Clip, col(Clip.approved_take_id) == col(Take.id))
    with database.reading() as session:
        return session.exec(query.where(col(Clip.project_id) == project.id)).all() == [("fill", "strong")]
