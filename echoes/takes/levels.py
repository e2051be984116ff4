"""Levels of clips' own sound, measured by a job where they were not when the clip was made (ducking)."""

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from sqlmodel import Session, col, select

from compiler.requests import VoiceRequest
from echoes.database import get_database
from echoes.errors import NotFound, brief
from echoes.jobs.backfill import not_asked_for
from echoes.jobs.base import Job, Steps, step_name
from echoes.jobs.names import JobName
from echoes.jobs.requests import enqueue
from echoes.jobs.workspace import work_folder
from echoes.models import Take
from echoes.models.clips import WITHOUT_LEVELS
from echoes.processes.compiler import CompilationFailed, StoredFiles, get_compiler

VERSION = "1"
SOUND = Path("sound.m4a")
"""What the compiler's request calls the file."""
UNKNOWN: dict[str, Any] = {"loudness": None, "moments": []}

UNMEASURED = select(Take.id).where(WITHOUT_LEVELS).order_by(col(Take.id))

logger = logging.getLogger(__name__)


def ask_for_levels(session: Session) -> int:
    """For takes with sound whose levels are not known, a few at a time; how many. Asking twice asks once."""
    takes = not_asked_for(session, JobName.MEASURE_SOUND, UNMEASURED, _job_id)
    for take_id in takes:
        _ask(session, take_id, _job_id(take_id))
    return len(takes)


def ask_for_restored(session: Session, takes: Iterable[Take], removal_id: UUID) -> None:
    """For takes that came back. The job that was asked for before may have ended when their rows were away,
    and the engine runs none of that id again."""
    for take in takes:
        if take.audio_key is not None and take.audio_moments is None:
            _ask(session, take.id, _job_id(take.id, str(removal_id)))


def _job_id(take_id: UUID, occasion: str = VERSION) -> UUID:
    return uuid5(take_id, occasion)


def _ask(session: Session, take_id: UUID, job_id: UUID) -> None:
    enqueue(session, JobName.MEASURE_SOUND, job_id, argument=str(take_id))


class MeasureSound(Job):
    name = JobName.MEASURE_SOUND
    subject_is = "take"

    async def run(self, steps: Steps, subject: str) -> None:
        levels = await steps.step(measure, subject)
        await steps.transaction(write_down, subject, levels)

    def settle_given_up(self, session: Session, subject: str) -> bool:
        """It ducks nothing in the preview, and is not asked for again."""
        return write_down(session, subject, UNKNOWN)


@step_name("measure_sound.measure")
async def measure(subject: str) -> dict[str, Any]:
    with get_database().reading() as session:
        take = session.get(Take, UUID(subject))
    if take is None or take.audio_key is None:
        return UNKNOWN
    try:
        async with work_folder(f"sound-{take.id}") as folder:
            files = StoredFiles(folder, {str(SOUND): take.audio_key})
            found = await get_compiler().run(VoiceRequest(SOUND), files)
    except (CompilationFailed, NotFound) as error:
        logger.warning("the sound of the clip %s was not measured: %s", take.id, brief(error))
        return UNKNOWN
    return {"loudness": found.loudness, "moments": list(found.moments)}


@step_name("measure_sound.write_down")
def write_down(session: Session, subject: str, levels: dict[str, Any]) -> bool:
    """Once, whoever comes first."""
    take = session.exec(select(Take).where(col(Take.id) == UUID(subject)).with_for_update()).one_or_none()
    if take is None or take.audio_moments is not None:
        return False
    take.audio_loudness, take.audio_moments = levels["loudness"], levels["moments"]
    session.add(take)
    return True
