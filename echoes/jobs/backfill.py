"""Backfill: jobs about rows that lack something are asked for by scans, so many at a time."""

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from sqlmodel import Session
from sqlmodel.sql.expression import SelectOfScalar

from echoes.jobs.names import JobName
from echoes.jobs.requests import known_jobs, waiting_jobs

AT_A_TIME = 20
"""So many jobs of a kind wait at most."""
PAGE = 200

Row = TypeVar("Row")


def not_asked_for(
    session: Session, job: JobName, rows: SelectOfScalar[Row], job_id: Callable[[Row], UUID]
) -> list[Row]:
    """The first of these rows whose jobs were never asked for, as many as there is room for.

    Found however many stand before them whose jobs are over and changed nothing, because the row was removed
    and came back, or because they are tried again on another day: those keep no others waiting.
    """
    room, found = AT_A_TIME - waiting_jobs(job, AT_A_TIME), list[Row]()
    if room <= 0:
        return found
    with session.exec(rows.execution_options(yield_per=PAGE)) as result:
        for page in result.partitions():
            known = known_jobs(job, map(job_id, page))
            found += [row for row in page if job_id(row) not in known][: room - len(found)]
            if len(found) == room:
                break
    return found
