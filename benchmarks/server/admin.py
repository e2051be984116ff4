"""Read time of the operators' pages of a large service: on SQLite and on PostgreSQL.

    python -m benchmarks.server.admin [--users 10000] [--takes 100000] [--entries 1000000] [--only sqlite]

Each page is read by the very function that fills it. The bar: within a second, the slowest of three times.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from statistics import median
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from benchmarks.server.ledger import migrate, on_postgresql, on_sqlite
from benchmarks.support.bulk_insert import populate
from benchmarks.support.synthetic_data import RARE_FAILURE, RARE_PROVIDER, Crowd
from echoes.admin.dashboard import PERIODS, start_of
from echoes.admin.jobs import JobFilter
from echoes.database import Database
from echoes.models import AuditEntry, JobStatus, Take, User, Video
from echoes.pages.admin.audit_log.queries import audit_log_rows
from echoes.pages.admin.dashboard.queries import read_dashboard
from echoes.pages.admin.job.queries import earlier_events, newest_events, read_job
from echoes.pages.admin.jobs.queries import job_lines
from echoes.pages.admin.ledger_health.queries import PARTS as BOOKS
from echoes.pages.admin.ledger_health.queries import LedgerHealthRow, ledger_health_rows, read_ledger_health
from echoes.pages.admin.music.queries import read_tracks
from echoes.pages.admin.orders.queries import order_lines
from echoes.pages.admin.people.queries import largest, people
from echoes.pages.admin.person.queries import PARTS, ActivityRow, activity_rows, read_person
from echoes.pages.admin.pricing.queries import read_pricing
from echoes.pages.admin.prompt.queries import read_prompt
from echoes.pages.admin.providers.queries import read_providers

Reader = Callable[[Session], object]
Narrowing = dict[str, dict[str, Any]]

BAR = 1.0
TIMES = 3
PAGE = 50
FAILED: dict[str, Any] = {"status": JobStatus.FAILED}
RARE: dict[str, Any] = {"failure_kind": RARE_FAILURE}
FILMS_NARROWED: Narrowing = {
    "all": {},
    **{status.value: {"status": status} for status in JobStatus},
    "a frequent failure": {"failure_kind": "compiler"},
    "a failure that never was": {"failure_kind": "nothing"},
    "older than a day": {"older_than": timedelta(days=1)},
}
NARROWED: Narrowing = FILMS_NARROWED | {
    "a frequent failure": {"failure_kind": "timeout"},
    "a rare failure": RARE,
    "a frequent provider": {"provider": "runway"},
    "a rare provider": {"provider": RARE_PROVIDER},
    "a provider that is not used": {"provider": "nothing"},
    "a provider that failed": {"provider": "motion", **FAILED},
    "a rare provider that waits": {"provider": RARE_PROVIDER, "status": JobStatus.WAITING},
    "a rare failure of a provider": {"provider": "runway", **RARE},
    "stuck": {"is_unfinished": True, "older_than": timedelta(minutes=30)},
    "charged for within a week": {"is_costly": True, "since": start_of(7)},
    "waiting for a day": {"status": JobStatus.WAITING, "older_than": timedelta(days=1)},
}


def readers(crowd: Crowd, database: Database) -> Iterator[tuple[str, Reader]]:
    """Every page of the operator's, the ways to narrow it, and its last pages as well as its first."""
    for days in PERIODS:
        yield f"today, {days} days", partial(read_dashboard, days=days)
    with database.reading() as session:
        late_take, late_film, late_user, late_log = (
            _nearly_last(session, table) for table in (Take, Video, User, AuditEntry)
        )
        take = session.exec(select(Take.id).where(col(Take.failure_kind) == RARE_FAILURE)).one()
    for kind, films, late in (("takes", False, late_take), ("films", True, late_film)):
        for words, values in NARROWED.items() if not films else FILMS_NARROWED.items():
            narrowed = partial(job_lines, wanted=JobFilter(films=films, **values), limit=PAGE)
            yield f"{kind}, {words}", narrowed
            yield f"{kind}, {words}, a late page", partial(narrowed, before=late)
    for words, person in (("somebody", crowd.people[crowd.users // 2]), ("who has most", crowd.people[0])):
        yield from _pages_of(words, person, late_take)
    yield "job", partial(read_job, job_id=take)
    yield "job, its events", partial(newest_events, job_id=take)
    yield "job, its earlier events", partial(earlier_events, job_id=take, before=late_take)
    for words, text in {"": "", ", a name": "anna", ", an address": "person47@", ", nobody": "zzz"}.items():
        yield f"people{words}", partial(people, text=text, limit=PAGE)
        yield f"people{words}, a late page", partial(people, text=text, limit=PAGE, before=late_user)
    yield "people, by storage", largest
    yield "people, by storage, a late page", partial(largest, after=(1, late_user))
    yield "orders", partial(order_lines, state="", days="", limit=PAGE)
    yield "orders, paid within a month", partial(order_lines, state="paid", days="30", limit=PAGE)
    yield "ledger", read_ledger_health
    last = LedgerHealthRow(str(late_user), "", "", "", debt=1)
    for part in BOOKS:
        yield f"ledger, {part}, a late page", partial(ledger_health_rows, part=part, last=last)
    yield "providers", read_providers
    yield "prompt", read_prompt
    yield "packs and rewards", read_pricing
    yield "music", read_tracks
    yield "audit log", partial(audit_log_rows, limit=PAGE)
    yield "audit log, a late page", partial(audit_log_rows, limit=PAGE, before=late_log)


def _pages_of(words: str, person: UUID, late: UUID) -> Iterator[tuple[str, Reader]]:
    yield f"person, {words}", partial(read_person, user_id=person)
    last = ActivityRow(str(late), "", "", moment=start_of(1).isoformat())
    for part in PARTS:
        yield (
            f"person, {words}, {part}, a late page",
            partial(activity_rows, part=part, user_id=person, last=last),
        )
    for about, values in {"": {}, ", failed": FAILED, ", of a rare failure": RARE}.items():
        narrowed = partial(job_lines, wanted=JobFilter(user_id=person, **values), limit=PAGE)
        yield f"takes of {words}{about}", narrowed
        yield f"takes of {words}{about}, a late page", partial(narrowed, before=late)
    yield f"films of {words}", partial(job_lines, wanted=JobFilter(films=True, user_id=person), limit=PAGE)


def _nearly_last(session: Session, table: Any) -> UUID:
    """So that some hundred rows are still to come after some ten thousand."""
    first: UUID = session.exec(select(table.id).order_by(col(table.id)).offset(200).limit(1)).one()
    return first


def seconds(database: Database, read: Reader) -> list[float]:
    """Each time in a session of its own, as a page has it."""
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        with database.reading() as session:
            read(session)
        took.append(time.perf_counter() - began)
    return took


def measure(url: str, crowd: Crowd) -> bool:
    database = migrate(url)
    began = time.perf_counter()
    populate(database, crowd)
    print(f"  filled in {time.perf_counter() - began:.0f} s; load {os.getloadavg()[0]:.1f}", flush=True)
    slow = 0
    for title, read in readers(crowd, database):
        took = seconds(database, read)
        is_slow = max(took) > BAR
        slow += is_slow
        print(
            f"  {title:<48}{median(took) * 1000:8.0f} ms   at most {max(took) * 1000:6.0f} ms"
            f"{'   TOO SLOW' if is_slow else ''}",
            flush=True,
        )
    database.dispose()
    print(f"  load {os.getloadavg()[0]:.1f}; {slow} too slow" if slow else "  every page within a second")
    return not slow


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--users", type=int, default=10_000)
    parser.add_argument("--takes", type=int, default=100_000)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    asked = parser.parse_args()
    print(f"{os.cpu_count()} processors")
    fine = True
    with tempfile.TemporaryDirectory(prefix="echoes-admin-") as folder:
        os.environ["ECHOES_DATA_DIR"] = folder
        for name, place in (("sqlite", on_sqlite), ("postgresql", on_postgresql)):
            if asked.only in (None, name):
                with place() as url:
                    print(name)
                    fine &= measure(url, Crowd(asked.users, asked.takes, asked.entries))
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
