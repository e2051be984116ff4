"""Every page, light and dark, phone and desktop, against WCAG 2.2 A and AA by axe-core, and its geometry."""

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import Session, col, select

from compiler.clips.poster import save_poster
from compiler.timeline.model import Shot, Timeline
from echoes.database import Database
from echoes.models import JobStatus, Photo, Project, User, now
from echoes.storage.local import LocalStorage
from echoes.storage.signing import UrlSigner
from tests.journeys.conftest import App
from tests.journeys.guidelines import fits_a_phone, obeys_in_light_and_dark
from tests.journeys.steps import has_arrived, sign_in
from tests.journeys.visitors import Visitor, has_script
from tests.support.databases.rows import add_photo, add_project, add_take, add_video
from tests.support.media.samples import save_photo, textured

pytestmark = [pytest.mark.long, pytest.mark.chromium]


def test_pages_that_anybody_sees(visitor: Visitor) -> None:
    for address in ("/", "/sign-in", "/404", "/watch/never-made"):
        visitor.page.goto(address)
        expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()
        if not address.startswith("/watch"):  # It comes last and unfolds: not to be judged half way.
            expect(visitor.page.get_by_label("Local mode")).to_be_visible()
        obeys_in_light_and_dark(visitor.page, address)
        fits_a_phone(visitor, address)
    for address in ("/", "/sign-in", "/404"):
        skips_to_the_content(visitor.page, address)
    visitor.complaints[:] = [line for line in visitor.complaints if "404" not in line]


def test_pages_of_a_person(
    visitor: Visitor, app: App, database: Database, small_clip: Path, tmp_path: Path
) -> None:
    name = sign_in(visitor, "/films", "Reading aloud")
    project = a_film_in_every_state(app, database, name, small_clip, tmp_path)
    steps = [f"/project/{project.id}/{step}" for step in ("photos", "clips", "arrange", "film")]
    for address in ("/films", *steps, "/account", "/credits"):
        visitor.page.goto(address)
        expect(visitor.page).to_have_title(re.compile("Echoes"))  # Drawn by the script, as all else is.
        has_arrived(visitor.page)
        obeys_in_light_and_dark(visitor.page, address)
        fits_a_phone(visitor, address)
        skips_to_the_content(visitor.page, address)
    visitor.page.goto(steps[3])
    visitor.page.get_by_role("button", name="Share").first.click()
    expect(visitor.page.get_by_role("heading", name="Share this film")).to_be_visible()
    obeys_in_light_and_dark(visitor.page, "the share sheet")
    fits_a_phone(visitor, "the share sheet")
    visitor.page.get_by_role("button", name="Next: send it").click()
    expect(visitor.page.get_by_role("heading", name="Send it")).to_be_visible()
    obeys_in_light_and_dark(visitor.page, "sending a film")
    fits_a_phone(visitor, "sending a film")


def skips_to_the_content(page: Page, address: str) -> None:
    """By the first link of the page, which leaves its address alone: on the sign-in page that says where to
    go afterwards."""
    page.goto(f"{address}?next=%2Faccount#leaving")
    has_arrived(page)
    link = page.get_by_role("link", name="Skip to the content")
    has_script(link)
    before = page.url
    link.press("Enter")
    expect(page.locator("main#content")).to_be_focused()
    expect(page).to_have_url(before)


def a_film_in_every_state(app: App, database: Database, name: str, clip: Path, folder: Path) -> Project:
    """Photos without a clip, clips that failed, wait, are ready and kept, and a finished film."""
    storage = LocalStorage(app.data_dir / "files", UrlSigner(b"of no use here"))
    with database.unscoped() as session:
        owner = session.exec(select(User).where(col(User.name) == name)).one()
        project = add_project(session, owner.id, "Reading aloud")
        photos = [_photo(session, storage, project, folder, number) for number in range(5)]
        failed = add_take(session, photos[1], JobStatus.FAILED)
        failed.failure_kind, failed.failure = "moderated", "The picture was refused. Try another one."
        takes = [add_take(session, photos[number], approved=number > 2) for number in (2, 3, 4)]
        for take in takes:
            take.video_key = f"{owner.id}/takes/{take.id}.mp4"
            take.poster_key = f"{owner.id}/takes/{take.id}.jpg"
            take.frames, take.profile_version = 24, 1
            _put(storage, clip, folder, take.video_key, take.poster_key)
        video = add_video(session, project)
        shots = tuple(Shot(clip=str(take.id), frames=24) for take in takes[1:])
        video.timeline = Timeline(shots, size=(1280, 720)).to_json()
        video.film_key, video.poster_key = (
            f"{owner.id}/videos/{video.id}.mp4",
            f"{owner.id}/videos/{video.id}.jpg",
        )
        video.frames, video.ended_at, video.size_bytes = 24, now(), clip.stat().st_size
        _put(storage, clip, folder, video.film_key, video.poster_key)
        return project


def _photo(session: Session, storage: LocalStorage, project: Project, folder: Path, number: int) -> Photo:
    photo = add_photo(session, project, f"{project.id}-{number}.jpg")
    storage.put(photo.master_key, save_photo(folder / "master.jpg", textured(640, 480, number)))
    storage.put(photo.thumbnail_key, save_photo(folder / "thumbnail.jpg", textured(320, 240, number)))
    return photo


def _put(storage: LocalStorage, clip: Path, folder: Path, video_key: str, poster_key: str) -> None:
    save_poster(clip, folder / "poster.jpg")
    storage.put(video_key, Path(shutil.copy(clip, folder / "clip.mp4")))
    storage.put(poster_key, folder / "poster.jpg")
