"""The making of a film: the frozen timeline, with files in the place of ids, goes to the compiler."""

import asyncio
from contextlib import AsyncExitStack
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from echoes.database import get_database
from echoes.database.revisions import touch, touch_progress
from echoes.errors import EchoesError
from echoes.jobs.lifecycle import Job, JobCancelled, Progress, entered, work_folder
from echoes.models import UNFINISHED, MusicTrack, Project, Take, Video
from echoes.processes.compiler import run_compiler
from echoes.projects.segment_cache import rendered_parts
from echoes.storage import get_storage


class ClipGone(EchoesError):
    status = 410
    code = "clip_gone"

    def __init__(self) -> None:
        super().__init__("A clip of this film has been removed meanwhile. Please make the film again.")


class MusicGone(EchoesError):
    status = 410
    code = "music_gone"

    def __init__(self) -> None:
        super().__init__("The music of this film has been removed meanwhile. Please make the film again.")


@dataclass(frozen=True, slots=True)
class CompilationInput:
    """What the rows say about the film to be made."""

    video_id: UUID
    owner_id: UUID
    project_id: UUID
    timeline: dict[str, Any]
    size: tuple[int, int]
    """Not always the timeline's own: a film can be had in others."""
    has_poster: bool
    keys: dict[str, str]
    """Storage keys of all clips and of the music, by the ids that the timeline names."""


async def make_film(video_id: UUID) -> dict[str, Any]:
    film = await asyncio.to_thread(_read_film, video_id)
    storage, progress = get_storage(), Progress(FILMS, video_id)

    async def report(fraction: float, stage: str) -> None:
        await progress(fraction, stage=stage)

    async with work_folder(f"film-{video_id}") as folder, AsyncExitStack() as stack:
        files = {
            subject: str(await stack.enter_async_context(entered(storage.local_path(key))))
            for subject, key in film.keys.items()
        }
        output, poster = folder / "film.mp4", folder / "poster.jpg"
        made = await run_compiler("render", _request(film, files, output), report)
        if film.has_poster:
            await run_compiler("poster", {"input": str(output), "output": str(poster)})
        return await _store(film, made, output, poster)


def _read_film(video_id: UUID) -> CompilationInput:
    with get_database().reading() as session:
        video = session.get(Video, video_id)
        if video is None or video.status not in UNFINISHED:
            raise JobCancelled
        keys = _keys_of_clips(session, video) | _keys_of_music(session, video)
        return CompilationInput(
            video_id=video_id,
            owner_id=video.owner_id,
            project_id=video.project_id,
            timeline=video.timeline,
            size=(video.width, video.height),
            has_poster=video.original_id is None,  # Another size is shown by its film's poster.
            keys=keys,
        )


def _keys_of_clips(session: Session, video: Video) -> dict[str, str]:
    """Only the owner's own, whatever the timeline names."""
    wanted = {UUID(shot["clip"]) for shot in video.timeline["shots"]}
    takes = select(Take.id, Take.video_key).where(col(Take.id).in_(wanted), Take.owner_id == video.owner_id)
    keys = {str(take_id): key for take_id, key in session.exec(takes) if key}
    if len(keys) < len(wanted):
        raise ClipGone
    return keys


def _keys_of_music(session: Session, video: Video) -> dict[str, str]:
    """The owner's own, or the library's."""
    if not (soundtrack := video.timeline["soundtrack"]):
        return {}
    track = session.get(MusicTrack, UUID(soundtrack["music"]))
    if track is None or track.owner_id not in (None, video.owner_id):
        raise MusicGone
    return {str(track.id): track.audio_key}


def _request(film: CompilationInput, files: dict[str, str], output: Path) -> dict[str, Any]:
    request = deepcopy(film.timeline)
    for shot in request["shots"]:
        shot["clip"] = files[shot["clip"]]
    if request["soundtrack"]:
        request["soundtrack"]["music"] = files[request["soundtrack"]["music"]]
    cache = rendered_parts(film.project_id)
    return request | {"size": list(film.size), "output": str(output), "cache": str(cache)}


async def _store(film: CompilationInput, made: dict[str, Any], output: Path, poster: Path) -> dict[str, Any]:
    film_key, poster_key = FILMS.file_keys(film.owner_id, film.video_id)
    await asyncio.to_thread(get_storage().put, film_key, output)
    if film.has_poster:
        await asyncio.to_thread(get_storage().put, poster_key, poster)
    return {
        "progress": 1.0,
        "stage": "",
        "film_key": film_key,
        "poster_key": poster_key if film.has_poster else None,
        "size_bytes": made["size_bytes"],
        "frames": made["frames"],
    }


def _touch(session: Session, video_id: UUID) -> None:
    touch(session, session.get_one(Video, video_id).project_id)


def _tell(session: Session, video_id: UUID) -> None:
    touch_progress(session, session.get_one(Video, video_id).project_id)


@dataclass(frozen=True)
class FilmJob(Job):
    def lock(self, session: Session, row_id: UUID) -> None:
        """The project, before its film: so does whoever deletes it, and no two wait for each other."""
        project = select(Project.id).join(Video, col(Video.project_id) == col(Project.id))
        session.exec(
            project.where(col(Video.id) == row_id).with_for_update(of=Project, key_share=True)
        ).first()


FILMS = FilmJob(
    table=Video,
    kind="films",
    workflows=("compile_film",),
    make=make_film,
    touch=_touch,
    tell=_tell,
    fresh={"stage": ""},
    attempts=2,
)
compile_film = FILMS.run
