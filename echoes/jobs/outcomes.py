"""Job state transitions of a take or a film: waiting, running, and one final state that nothing changes.

Every change is one guarded UPDATE, so that a cancel, a crash and a second worker cannot undo each other.
"""

from typing import Any
from uuid import UUID

from sqlmodel import Session, col, update

from echoes.models import UNFINISHED, JobStatus, Take, Video, now

JobTable = type[Take] | type[Video]


def change(session: Session, table: JobTable, row_id: UUID, **values: Any) -> bool:
    """False when the row has ended or is gone: then the work is not wanted any more."""
    unfinished = update(table).where(col(table.id) == row_id, col(table.status).in_(UNFINISHED))
    return bool(session.exec(unfinished.values(**values)).rowcount)


def end(session: Session, table: JobTable, row_id: UUID, status: JobStatus, **values: Any) -> bool:
    """The one terminal change. False when the row had ended before, or is gone."""
    return change(session, table, row_id, status=status, ended_at=now(), **values)
