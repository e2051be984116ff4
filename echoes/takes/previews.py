"""Preview renditions of takes: their URL for players on slow lines, and the job that makes them."""

import logging
from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID, uuid5

from sqlmodel import Session, col, select

from compiler.requests import PreviewRequest
from echoes.database import get_database
from echoes.database.revisions import touch_progress
from echoes.errors import EchoesError, NotFound, StorageFull, StorageUnavailable, brief
from echoes.jobs.backfill import not_asked_for
from echoes.jobs.base import Job, Steps, step_name
from echoes.jobs.names import JobName
from echoes.jobs.queues import PREPARE
from echoes.jobs.requests import Place, enqueue
from echoes.jobs.workspace import work_folder
from echoes.models import Clip, Take, now
from echoes.processes.compiler import CompilationFailed, ErrorCode, StoredFiles, get_compiler
from echoes.storage import Storage, get_storage
from echoes.takes.cancellation import lock_project_of
from echoes.takes.files import take_keys

CALM = timedelta(minutes=1)
"""After a clip was made: others of its film are mostly still being made then."""
TRIED_FOR = timedelta(days=3)
"""After a clip was made: what keeps its preview from being made may pass, so it is tried once a day."""
LATER = ""
"""Instead of a key."""
BEHIND_FILMS = Place(PREPARE, turn=2)
"""What is prepared of a film that somebody edits comes first."""
CLIP, PREVIEW = map(Path, ("clip.mp4", "preview.mp4"))
"""What the compiler's request calls the files."""

logger = logging.getLogger(__name__)


def preview_url(take: Take, storage: Storage) -> str:
    """Nothing where there is none, yet or for good: then the clip itself is played."""
    key = take.preview_key
    return storage.url(key) if key and key != take.video_key else ""


def ask_for_previews(session: Session) -> int:
    """For clips that have none yet, a few at a time; how many. The newest come first: they are most likely to
    be played. Asking twice on one day asks once."""
    missing = col(Take.video_key).is_not(None) & col(Take.preview_key).is_(None)
    is_calm = col(Take.ended_at).is_(None) | (col(Take.ended_at) < now() - CALM)
    query = select(Take).where(missing, is_calm).order_by(col(Take.id).desc())
    job_id = partial(_job_id, occasion=f"{now():%Y-%m-%d}")
    new = not_asked_for(session, JobName.MAKE_PREVIEW, query, job_id)
    for take in new:
        _ask(session, take, job_id(take))
    return len(new)


def ask_for_restored(session: Session, takes: Iterable[Take], removal_id: UUID) -> None:
    """For clips that came back. The job that was asked for before may have ended when their rows were away,
    and the engine runs none of that id again."""
    for take in takes:
        if take.video_key is not None and take.preview_key is None:
            _ask(session, take, _job_id(take, str(removal_id)))


def _job_id(take: Take, occasion: str) -> UUID:
    return uuid5(take.id, occasion)


def _ask(session: Session, take: Take, job_id: UUID) -> None:
    enqueue(session, JobName.MAKE_PREVIEW, job_id, take.owner_id, BEHIND_FILMS, str(take.id))


class MakePreview(Job):
    name = JobName.MAKE_PREVIEW
    subject_is = "take"

    async def run(self, steps: Steps, subject: str) -> None:
        key = await steps.step(make, subject)
        if key == LATER:
            return
        if not await steps.transaction(write_down, subject, key) and key is not None:
            await steps.step(discard_unnamed, subject, key)

    def settle_given_up(self, session: Session, subject: str) -> bool:
        """It is played as it is, and not asked for again."""
        return write_down(session, subject, None)


@step_name("make_preview.make")
async def make(subject: str) -> str | None:
    """The key of what was made. None: there is nothing to make it of."""
    with get_database().reading() as session:
        take = session.get(Take, UUID(subject))
    if take is None or take.video_key is None or take.preview_key is not None:
        return None
    *_, key, _ = take_keys(take.owner_id, take.id)
    try:
        async with work_folder(f"preview-{take.id}") as folder:
            files = StoredFiles(folder, {str(CLIP): take.video_key}, {str(PREVIEW): key})
            await get_compiler().run(PreviewRequest(CLIP, PREVIEW), files)
    except (CompilationFailed, NotFound, StorageFull, StorageUnavailable) as error:
        logger.warning("the clip %s has no preview: %s", take.id, brief(error))
        is_young = take.ended_at is not None and take.ended_at > now() - TRIED_FOR
        return LATER if is_young and _may_pass(error) else None
    return key


def _may_pass(error: EchoesError) -> bool:
    """Whether it is no fault of the clip: a worker that was ended takes its compiler with it, too."""
    if isinstance(error, CompilationFailed):
        return error.error_code in {ErrorCode.CRASHED, ErrorCode.DISK_FULL}
    return not isinstance(error, NotFound)


@step_name("make_preview.write_down")
def write_down(session: Session, subject: str, key: str | None) -> bool:
    """Once, whoever comes first. Without a key the clip stands for itself."""
    lock_project_of(session, UUID(subject))
    take = session.exec(select(Take).where(col(Take.id) == UUID(subject)).with_for_update()).one_or_none()
    if take is None or take.video_key is None or take.preview_key is not None:
        return False
    take.preview_key = key or take.video_key
    session.add(take)
    session.flush()
    _tell_pages(session, take)
    return True


@step_name("make_preview.discard_unnamed")
async def discard_unnamed(subject: str, key: str) -> None:
    """Of a take that was deleted meanwhile. One whose row was written before keeps its file, and one that
    came back has another job, which may just have put it there."""
    with get_database().reading() as session:
        take = session.get(Take, UUID(subject))
    if take is None or take.preview_key not in {None, key}:
        get_storage().delete([key])


def _tell_pages(session: Session, take: Take) -> None:
    """Once, when the last clip of a film has its preview: all that its page shows is sent again."""
    project_id = session.get_one(Clip, take.clip_id).project_id
    in_film = select(Take.id).join(Clip, col(Clip.approved_take_id) == col(Take.id))
    missing = in_film.where(
        col(Clip.project_id) == project_id, col(Take.video_key).is_not(None), col(Take.preview_key).is_(None)
    )
    if session.exec(missing.limit(1)).first() is None:
        touch_progress(session, project_id)
