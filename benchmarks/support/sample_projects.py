"""Sample projects: a person with a film of six photographs, compiled and shared, and one of thirty."""

import itertools
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from benchmarks.browser.first_film import Person, with_music
from compiler.camera.moves import Move
from compiler.clips.animate import animate_photo
from compiler.clips.poster import save_poster
from compiler.clips.preview import save_preview
from compiler.subject import FramingChoice
from echoes.models import Photo, Project, ShareLink, User, Video, now
from scripts.demo.photographs import draw_photographs

FRAMES = 120
DRAWN = 6
MIDDLE = FramingChoice((0.5, 0.5))


@dataclass(frozen=True)
class Furnished:
    """Both projects, and the address of the shared film."""

    six: UUID
    thirty: UUID
    watch: str


def furnished(person: Person, folder: Path) -> Furnished:
    """As it was made the last time, if there was one."""
    if found := _found(person):
        return found
    photos = draw_photographs(folder / "photographs", DRAWN)
    clips = [_clip(photo, number) for number, photo in enumerate(photos)]
    six, _ = [_project(person, photos, clips, count) for count in (DRAWN, 5 * DRAWN)]
    _film(six, clips[0])
    return _found(person) or _nothing()


def _nothing() -> Furnished:
    raise RuntimeError("What was just made is not there.")


def _found(person: Person) -> Furnished | None:
    from echoes.database import get_database
    from echoes.sharing.service import address

    with get_database().reading() as session:
        mine = select(Project).where(col(Project.owner_id) == person.id).order_by(col(Project.title))
        projects = {project.title: project.id for project in session.exec(mine)}
        if link := session.exec(select(ShareLink)).first():
            watch = f"/watch/{address(link).rsplit('/', 1)[1]}"
            return Furnished(projects[_title(DRAWN)], projects[_title(5 * DRAWN)], watch)
    return None


def _title(count: int) -> str:
    return f"{count:02} photographs"


def _clip(photo: Path, number: int) -> Path:
    clip = photo.with_suffix(".mp4")
    animate_photo(photo, clip, (1280, 720), FRAMES / 24, list(Move)[number % len(Move)], MIDDLE)
    return clip


def _project(person: Person, photos: list[Path], clips: list[Path], count: int) -> UUID:
    from echoes.projects import service as projects

    project_id: UUID = person.act(projects.create, _title(count)).id
    sent = list(itertools.islice(itertools.cycle(photos), count))
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda photo: person.upload(photo, project_id), sent))
    by_name = {photo.name: clip for photo, clip in zip(photos, clips, strict=True)}
    _animate(project_id, by_name)
    person.act(with_music, project_id)
    return project_id


def _animate(project_id: UUID, by_name: dict[str, Path]) -> None:
    from echoes.database import get_database
    from tests.support.databases.rows import add_take

    with get_database().unscoped() as session:
        owner = session.get_one(Project, project_id).owner_id
        session.get_one(User, owner).balance = 100
        for photo in session.exec(select(Photo).where(col(Photo.project_id) == project_id)):
            clip, take = by_name[photo.filename], add_take(session, photo, approved=True)
            for name, value in _files(owner, take.id, clip).items():
                setattr(take, name, value)


def _files(owner: UUID, take_id: UUID, clip: Path) -> dict[str, Any]:
    """In storage, under the keys that a job would have used."""
    from echoes.storage import get_storage
    from echoes.takes.files import take_keys

    video_key, poster_key, small_key, _, preview_key, _ = take_keys(owner, take_id)
    poster, small, preview = (clip.with_suffix(kind) for kind in (".poster", ".small", ".preview.mp4"))
    save_poster(clip, poster, small=small)
    if not preview.exists():
        save_preview(clip, preview)
    files = (video_key, clip), (poster_key, poster), (small_key, small), (preview_key, preview)
    for key, file in files:
        get_storage().put(key, Path(shutil.copy(file, file.with_suffix(".copy"))))
    facts = {"frames": FRAMES, "profile_version": 1, "size_bytes": clip.stat().st_size}
    keys = {"video_key": video_key, "preview_key": preview_key}
    return {**keys, "poster_key": poster_key, "small_poster_key": small_key, **facts}


def _film(project_id: UUID, clip: Path) -> None:
    from echoes.database import get_database
    from echoes.projects import timeline as timelines
    from echoes.sharing import service as sharing
    from echoes.storage import get_storage, new_key
    from echoes.takes.posters import make_small_poster
    from tests.support.databases.rows import add_video

    with get_database().unscoped() as session:
        project = session.get_one(Project, project_id)
        video: Video = add_video(session, project)
        owner, video_id = project.owner_id, video.id
        video.film_key, video.poster_key = (
            new_key(owner, "films", kind, video_id) for kind in ("mp4", "jpg")
        )
        for key, file in ((video.film_key, clip), (video.poster_key, clip.with_suffix(".poster"))):
            get_storage().put(key, Path(shutil.copy(file, file.with_suffix(".copy"))))
        video.small_poster_key = make_small_poster(Video, video.poster_key)
        video.frames, video.ended_at, video.size_bytes = FRAMES, now(), clip.stat().st_size
    with get_database().acting_as(owner) as session:
        timeline = timelines.build(session, session.get_one(Project, project_id))
        session.get_one(Video, video_id).timeline = timeline.to_json()
        sharing.share(session, video_id)
