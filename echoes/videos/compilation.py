"""Compile a film: the frozen timeline names clips and music by id, and the compiler is given their keys."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

from sqlmodel import Session, col, select

from compiler.progress import WRITING
from compiler.requests import RenderRequest
from compiler.results import Rendered
from compiler.timeline.levels import MeasuredMusic
from compiler.timeline.model import Timeline
from echoes.content_credentials.provenance import ShotProvenance, provenance_of_film
from echoes.content_credentials.signing import FileSigner, film_signer
from echoes.database import get_database
from echoes.errors import EchoesError
from echoes.jobs import events
from echoes.jobs.base import step_name
from echoes.jobs.lifecycle import JobCancelled, JobOutcome, Progress, RowJob
from echoes.jobs.names import JobName
from echoes.jobs.workspace import work_folder
from echoes.models import UNFINISHED, MusicTrack, Project, Take, Video
from echoes.processes.compiler import Finish, StoredFiles, get_compiler
from echoes.projects.segment_cache import rendered_parts
from echoes.projects.timeline import sound_of
from echoes.storage import get_storage
from echoes.takes.posters import put_small_poster, small_poster_key
from echoes.videos import ready_mail

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
    music_levels: tuple[MeasuredMusic, ...]
    shots: tuple[ShotProvenance, ...]


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

    def file_keys(self, owner_id: UUID, row_id: UUID) -> tuple[str, ...]:
        """Video, poster and small poster."""
        film, poster = super().file_keys(owner_id, row_id)
        return film, poster, small_poster_key(poster)

    async def make(self, video_id: UUID) -> dict[str, Any]:
        film = await asyncio.to_thread(_read_film, video_id)
        progress, sign = Progress(self, video_id), film_signer(film.shots)

        async def report(fraction: float, stage: str) -> None:
            if stage == WRITING:
                await asyncio.to_thread(sign.begin)
            await progress(fraction)

        async def note(sentence: str) -> None:
            await events.note(film.owner_id, video_id, sentence, "warning")

        async with work_folder(f"film-{video_id}") as folder:
            poster, cache = POSTER if film.has_poster else None, rendered_parts(film.project_id)
            room = await asyncio.to_thread(lambda: sign.room)
            request = RenderRequest(
                film.timeline, FILM, cache=cache, poster=poster, room=room, music_levels=film.music_levels
            )
            with sign:
                made = await get_compiler().run(request, self._files(film, folder, sign), report, note)
        return await asyncio.to_thread(self._facts, film, made)

    def _files(self, film: CompilationInput, folder: Path, sign: FileSigner) -> StoredFiles:
        """The small poster is made while the film is signed."""
        film_key, poster_key, _ = self.file_keys(film.owner_id, film.video_id)
        written, finish = {str(FILM): film_key}, dict[str, Finish]({str(FILM): sign})
        if film.has_poster:
            written[str(POSTER)] = poster_key
            finish[str(POSTER)] = partial(put_small_poster, Video, poster_key)
        return StoredFiles(folder, film.keys, written, finish)

    @step_name("Job.settle")
    def settle(self, session: Session, subject: str, outcome: JobOutcome) -> bool:
        """In the same transaction its owner is written to."""
        has_ended = super().settle(session, subject, outcome)
        if has_ended and outcome["made"] is not None:
            ready_mail.tell_owner(session, UUID(subject))
        return has_ended

    def _facts(self, film: CompilationInput, made: Rendered) -> dict[str, Any]:
        """What the row is to know. Blocks."""
        film_key, poster_key, small_key = self.file_keys(film.owner_id, film.video_id)
        small_key = small_key if get_storage().exists(small_key) else poster_key
        return {
            "progress": 1.0,
            "stage": "",
            "film_key": film_key,
            "poster_key": poster_key if film.has_poster else None,
            "small_poster_key": small_key if film.has_poster else None,
            "size_bytes": get_storage().size(film_key),
            "frames": made.frames,
            "provenance": [shot.to_json() for shot in film.shots],
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
            music_levels=music_levels_of(session, timeline),
            shots=provenance_of_film(session, video.owner_id, timeline),
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


def music_levels_of(session: Session, timeline: Timeline) -> tuple[MeasuredMusic, ...]:
    """As the analysis of its tracks found them, which read the very files that the film is made of."""
    return tuple(
        MeasuredMusic(str(track.id), track.loudness, track.true_peak)
        for track in _tracks_of(session, timeline)
        if track.loudness is not None and track.true_peak is not None
    )


def _tracks_of(session: Session, timeline: Timeline) -> Sequence[MusicTrack]:
    wanted = {UUID(track.music) for track in timeline.soundtrack.tracks} if timeline.soundtrack else set()
    return session.exec(select(MusicTrack).where(col(MusicTrack.id).in_(wanted))).all()


def _keys_of_music(session: Session, owner_id: UUID, timeline: Timeline) -> dict[str, str]:
    """The owner's own, or the library's."""
    wanted = {track.music for track in timeline.soundtrack.tracks} if timeline.soundtrack else set()
    tracks = _tracks_of(session, timeline)
    keys = {str(track.id): track.audio_key for track in tracks if track.owner_id in (None, owner_id)}
    if len(keys) < len(wanted):
        raise MusicGone
    return keys
