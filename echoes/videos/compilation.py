"""Compile a film: the frozen timeline names clips and music by id, and the compiler is given their keys."""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

from sqlmodel import Session, col, select

from compiler.requests import RenderRequest
from compiler.results import Rendered
from compiler.timeline.model import Timeline
from echoes.database import get_database
from echoes.errors import EchoesError
from echoes.jobs import events
from echoes.jobs.lifecycle import JobCancelled, Progress, RowJob
from echoes.jobs.names import JobName
from echoes.jobs.workspace import work_folder
from echoes.models import UNFINISHED, MusicTrack, Project, Take, Video
from echoes.processes.compiler import StoredFiles, get_compiler
from echoes.projects.segment_cache import rendered_parts
from echoes.projects.timeline import sound_of

FILM, POSTER = Path("film.mp4"), Path("poster.jpg")
"""What the compiler's requests call the files that are made."""


class ClipGone(EchoesError):
    status = 410
    code = "clip_gone"

    def __init__(self) -> None:
        super().__init__("A clip of this film has been removed in the meantime. Please make the film again.")


class MusicGone(EchoesError):
    status = 410
    code = "music_gone"

    def __init__(self) -> None:
        super().__init__("This film’s music has been removed in the meantime. Please make the film again.")


@dataclass(frozen=True, slots=True)
class CompilationInput:
    """What the rows say about the film to be made."""

    video_id: UUID
    owner_id: UUID
    project_id: UUID
    timeline: Timeline
    """In the size of the row, which is not always the one that was stored: a film can be had in others."""
    has_poster: bool
    keys: dict[str, str]
    """Storage keys of all clips and of the music, by the ids that the timeline names."""


class CompileFilm(RowJob):
    """Makes the film of a frozen timeline, in the size that its row says."""

    name = JobName.COMPILE_FILM
    subject_is = "film"
    table = Video
    kind = "films"
    fresh: ClassVar[dict[str, Any]] = {"stage": ""}
    attempts = 2

    def project_of(self, session: Session, row_id: UUID) -> UUID | None:
        return session.exec(select(Video.project_id).where(col(Video.id) == row_id)).one_or_none()

    def lock(self, session: Session, row_id: UUID) -> None:
        """The project, before its film: so does whoever deletes it, and no two wait for each other."""
        project = select(Project.id).join(Video, col(Video.project_id) == col(Project.id))
        session.exec(
            project.where(col(Video.id) == row_id).with_for_update(of=Project, key_share=True)
        ).first()

    async def make(self, video_id: UUID) -> dict[str, Any]:
        film = await asyncio.to_thread(_read_film, video_id)
        progress = Progress(self, video_id)

        async def report(fraction: float, stage: str) -> None:
            await progress(fraction, stage=stage)

        async def note(sentence: str) -> None:
            await events.note(film.owner_id, video_id, sentence, "warning")

        film_key, poster_key = self.file_keys(film.owner_id, video_id)
        async with work_folder(f"film-{video_id}") as folder:
            poster, cache = POSTER if film.has_poster else None, rendered_parts(film.project_id)
            request = RenderRequest(film.timeline, FILM, cache=cache, poster=poster)
            written = {str(FILM): film_key} | ({str(POSTER): poster_key} if poster else {})
            made = await get_compiler().run(request, StoredFiles(folder, film.keys, written), report, note)
        return self._facts(film, made)

    def _facts(self, film: CompilationInput, made: Rendered) -> dict[str, Any]:
        """What the row is to know."""
        film_key, poster_key = self.file_keys(film.owner_id, film.video_id)
        return {
            "progress": 1.0,
            "stage": "",
            "film_key": film_key,
            "poster_key": poster_key if film.has_poster else None,
            "size_bytes": made.size_bytes,
            "frames": made.frames,
        }


def _read_film(video_id: UUID) -> CompilationInput:
    with get_database().reading() as session:
        video = session.get(Video, video_id)
        if video is None or video.status not in UNFINISHED:
            raise JobCancelled
        timeline = replace(Timeline.from_json(video.timeline), size=(video.width, video.height))
        keys = keys_of(session, video.owner_id, timeline)
        return CompilationInput(
            video_id=video_id,
            owner_id=video.owner_id,
            project_id=video.project_id,
            timeline=timeline,
            has_poster=video.original_id is None,  # Another size is shown by its film's poster.
            keys=keys,
        )


def keys_of(session: Session, owner_id: UUID, timeline: Timeline) -> dict[str, str]:
    """Storage keys of all that the timeline names. Raises ClipGone or MusicGone."""
    return _keys_of_clips(session, owner_id, timeline) | _keys_of_music(session, owner_id, timeline)


def _keys_of_clips(session: Session, owner_id: UUID, timeline: Timeline) -> dict[str, str]:
    """Only the owner's own, whatever the timeline names."""
    wanted = {UUID(clip) for clip in timeline.clips}
    query = select(Take).where(col(Take.id).in_(wanted), Take.owner_id == owner_id)
    takes = session.exec(query).all()
    keys = {str(take.id): take.video_key for take in takes if take.video_key}
    sounds = {sound_of(take): take.audio_key for take in takes if take.audio_key}
    heard = {shot.audio for shot in timeline.shots if shot.audio}
    if len(keys) < len(wanted) or not heard <= sounds.keys():
        raise ClipGone
    return keys | {name: sounds[name] for name in heard}


def _keys_of_music(session: Session, owner_id: UUID, timeline: Timeline) -> dict[str, str]:
    """The owner's own, or the library's."""
    if timeline.soundtrack is None:
        return {}
    track = session.get(MusicTrack, UUID(timeline.soundtrack.music))
    if track is None or track.owner_id not in (None, owner_id):
        raise MusicGone
    return {str(track.id): track.audio_key}
