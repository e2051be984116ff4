"""Runs of backups, written down: what was made, and why one failed. What the last one came to."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, delete, select, update

from echoes.database import Database
from echoes.models import BackupRun, now
from echoes.settings import Settings

STALE_AFTER = timedelta(hours=36)
HISTORY_AGE = timedelta(days=90)
INTERRUPTED = "It was interrupted, because its process was ended."


@dataclass(frozen=True, slots=True)
class BackupState:
    """For the operator's page, readiness and metrics. Without backups by Echoes itself all is empty."""

    is_configured: bool
    succeeded_at: datetime | None = None
    """When the last good one was begun, which is the moment that it holds."""
    size_bytes: int = 0
    files: int = 0
    failure: str = ""
    """Of the last one that ended, if it failed: a sentence for operators."""
    is_under_way: bool = False
    is_stale: bool = False
    """Whether there has been no good one for a day and a half."""

    @property
    def is_bad(self) -> bool:
        return self.is_stale or bool(self.failure)


UNCONFIGURED = BackupState(is_configured=False)


def last_backup_state(session: Session, settings: Settings) -> BackupState:
    if not settings.backup_to:
        return UNCONFIGURED
    newest = _newest(session)
    ended = _newest(session, col(BackupRun.ended_at).is_not(None))
    good = _newest(session, col(BackupRun.snapshot) != "")
    oldest = session.exec(select(BackupRun).order_by(col(BackupRun.created_at)).limit(1)).first()
    since = good or oldest
    return BackupState(
        is_configured=True,
        succeeded_at=good.created_at if good else None,
        size_bytes=good.size_bytes if good else 0,
        files=good.files if good else 0,
        failure=ended.failure if ended else "",
        is_under_way=newest is not None and newest.ended_at is None,
        is_stale=since is not None and since.created_at < now() - STALE_AFTER,
    )


def begin(database: Database, target: str) -> UUID:
    """For whoever holds the lock: what seems to be under way is not any more."""
    with database.unscoped() as session:
        mark_interrupted(session, INTERRUPTED)
        session.execute(delete(BackupRun).where(col(BackupRun.created_at) < now() - HISTORY_AGE))
        run = BackupRun(target=target)
        session.add(run)
    return run.id


def mark_interrupted(session: Session, reason: str) -> None:
    open_runs = update(BackupRun).where(col(BackupRun.ended_at).is_(None))
    session.execute(open_runs.values(ended_at=now(), failure=reason))


def succeed(database: Database, run_id: UUID, snapshot: str, files: int, size_bytes: int) -> None:
    with database.unscoped() as session:
        run = session.get_one(BackupRun, run_id)
        run.snapshot, run.files, run.size_bytes, run.ended_at = snapshot, files, size_bytes, now()


def fail(database: Database, run_id: UUID, sentence: str) -> None:
    with database.unscoped() as session:
        run = session.get_one(BackupRun, run_id)
        run.failure, run.ended_at = sentence, now()


def is_due(session: Session, hour: int, moment: datetime) -> bool:
    """Whether none that succeeded has begun since the hour of backups came last. One that failed is tried
    again with the next look, and a machine that was off makes it up."""
    good = _newest(session, col(BackupRun.snapshot) != "")
    return good is None or good.created_at < last_hour(hour, moment)


def last_hour(hour: int, moment: datetime) -> datetime:
    today = moment.replace(hour=hour, minute=0, second=0, microsecond=0)
    return today if today <= moment else today - timedelta(days=1)


def _newest(session: Session, *where: object) -> BackupRun | None:
    query = select(BackupRun).where(*where)  # type: ignore[arg-type]
    return session.exec(query.order_by(col(BackupRun.created_at).desc()).limit(1)).first()
