"""Analysis of music: beats, bars, loudness and waveform of a track; a job does it again for older tracks."""

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from sqlmodel import Session, col, select

from compiler.requests import Answer, BeatsRequest, LoudnessRequest, PeaksRequest, Request
from echoes.database import get_database
from echoes.database.revisions import touch
from echoes.errors import NotFound, brief
from echoes.jobs.backfill import not_asked_for
from echoes.jobs.base import Job, Steps, step_name
from echoes.jobs.names import JobName
from echoes.jobs.requests import enqueue
from echoes.jobs.workspace import work_folder
from echoes.models import MusicTrack, Project
from echoes.processes.compiler import CompilationFailed, StoredFiles, get_compiler

ANALYSIS = 1
"""The version of what is found here. Raised, all tracks are analysed again, a few at a time."""
TRACK = Path("track.m4a")
"""What the compiler's requests call the file of a stored track."""

logger = logging.getLogger(__name__)


async def analyse(m4a: Path, files: StoredFiles | None = None) -> dict[str, Any]:
    """By the names of a track's columns. What could not be measured is None, and tried once more later: the
    music can be listened to all the same."""
    beats = await _measured(BeatsRequest(m4a), files)
    loudness = await _measured(LoudnessRequest(m4a), files)
    peaks = await _measured(PeaksRequest(m4a), files)
    return {
        "beats": list(beats.beats) if beats else None,
        "downbeats": list(beats.downbeats) if beats else None,
        "loudness": loudness.integrated if loudness else None,
        "true_peak": loudness.peak if loudness else None,
        "peaks": list(peaks.peaks) if peaks else None,
        "analysis": ANALYSIS if beats and loudness and peaks else 0,
    }


async def _measured(request: Request[Answer], files: StoredFiles | None) -> Answer | None:
    try:
        return await (get_compiler().run(request, files) if files else get_compiler().run(request))
    except CompilationFailed as error:
        logger.warning("music was not measured (%s): %s", request.command, brief(error))
        return None


def ask_for_analysis(session: Session) -> int:
    """For tracks of an older version, a few at a time; how many. Asking again asks for none twice."""
    older = select(MusicTrack.id).where(col(MusicTrack.analysis) < ANALYSIS).order_by(col(MusicTrack.id))
    tracks = not_asked_for(session, JobName.ANALYSE_TRACK, older, _job_id)
    for track_id in tracks:
        _ask(session, track_id, _job_id(track_id))
    return len(tracks)


def ask_for_restored(session: Session, tracks: Iterable[MusicTrack], removal_id: UUID) -> None:
    """For tracks that came back. The job that was asked for before may have ended when their rows were away,
    and the engine runs none of that id again."""
    for track in tracks:
        if track.analysis < ANALYSIS:
            _ask(session, track.id, _job_id(track.id, str(removal_id)))


def _job_id(track_id: UUID, occasion: str = str(ANALYSIS)) -> UUID:
    return uuid5(track_id, occasion)


def _ask(session: Session, track_id: UUID, job_id: UUID) -> None:
    enqueue(session, JobName.ANALYSE_TRACK, job_id, argument=str(track_id))


class AnalyseTrack(Job):
    """For what came in before this version, and lacks a waveform or bars."""

    name = JobName.ANALYSE_TRACK
    subject_is = "track"

    async def run(self, steps: Steps, subject: str) -> None:
        facts = await steps.step(measure, subject)
        await steps.transaction(write_down, subject, facts)

    def settle_given_up(self, session: Session, subject: str) -> bool:
        """It stays as it was, and is not asked for again."""
        return write_down(session, subject, {"analysis": ANALYSIS})


@step_name("analyse_track.measure")
async def measure(subject: str) -> dict[str, Any]:
    with get_database().reading() as session:
        track = session.get(MusicTrack, UUID(subject))
    if track is None:
        return {}
    try:
        async with work_folder(f"track-{track.id}") as folder:
            found = await analyse(TRACK, StoredFiles(folder, {str(TRACK): track.audio_key}))
    except NotFound:
        logger.warning("the file of the track %s is not there to be measured", track.id)
        found = {}
    return {name: value for name, value in found.items() if value is not None} | {"analysis": ANALYSIS}


@step_name("analyse_track.write_down")
def write_down(session: Session, subject: str, facts: dict[str, Any]) -> bool:
    """Once, whoever comes first; pages that play the track read it again. What was not found stays."""
    query = select(MusicTrack).where(col(MusicTrack.id) == UUID(subject)).with_for_update()
    track = session.exec(query).one_or_none()
    if track is None or not facts or track.analysis >= ANALYSIS:
        return False
    for name, value in facts.items():
        setattr(track, name, value)
    session.add(track)
    if track.owner_id is not None:
        for project_id in session.exec(select(Project.id).where(col(Project.music_id) == track.id)).all():
            touch(session, project_id)
    return True
