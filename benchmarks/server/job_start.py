"""Job latency: from the commit that asks for a job until the engine begins it, with nothing else to do.

    python -m benchmarks.server.job_start [--jobs 40]

On SQLite with the engine in the asking process and in a worker of its own, and on PostgreSQL with a worker.
The floor beside it: a commit, and the next reader who sees it.
"""

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from echoes.database import get_database
from echoes.engine import Engine
from echoes.jobs.names import JobName
from echoes.jobs.requests import enqueue, prepare_engine_tables
from echoes.models import new_id
from echoes.takes.cancellation import CancelledSubmission
from tests.support.databases.fresh import forget
from tests.support.databases.postgres import QUICK, cluster
from tests.support.jobs.engines import worker
from tests.support.jobs.own_jobs import status_of
from tests.support.processes import wait_for

ROOT = Path(__file__).resolve().parents[2]
QUIET_JOB = JobName.CANCEL_TAKE
"""Of a take that is not there: it begins, finds nothing to do, and ends."""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--jobs", type=int, default=40)
    jobs = options.parse_args().jobs
    for name, url, engine in (
        ("SQLite, engine in the same process", _sqlite, _own_engine),
        ("SQLite, a worker of its own", _sqlite, _worker),
        ("PostgreSQL, a worker of its own", _postgres, _worker),
    ):
        with tempfile.TemporaryDirectory(prefix="start-") as folder, url() as address:
            _prepare(Path(folder), address)
            with engine(Path(folder)):
                _show(name, _delays(jobs), _floor(jobs))
            get_database().dispose()


def _delays(jobs: int) -> list[float]:
    """At moments that no polling interval divides. Looked at every two milliseconds, which wakes nobody."""
    found = []
    for _ in range(jobs):
        time.sleep(random.uniform(0.3, 1.1))
        subject = new_id()
        called_off = CancelledSubmission(str(subject), str(subject), "motion", None, 0)
        with get_database().unscoped() as session:
            enqueue(session, QUIET_JOB, subject, argument=called_off.to_text())
        asked = time.perf_counter()
        while status_of(subject) == "ENQUEUED":
            time.sleep(0.002)
        found.append(1000 * (time.perf_counter() - asked))
    return found


def _floor(jobs: int) -> list[float]:
    found = []
    for _ in range(jobs):
        began = time.perf_counter()
        with get_database().unscoped() as session:
            session.execute(sa.text("UPDATE users SET revision = revision"))
        with get_database().reading() as session:
            session.execute(sa.text("SELECT 1 FROM users")).all()
        found.append(1000 * (time.perf_counter() - began))
    return found


def _show(name: str, delays: list[float], floor: list[float]) -> None:
    middle, late = statistics.median(delays), statistics.quantiles(delays, n=20)[-1]
    print(
        f"{name:36} p50 {middle:6.0f} ms   p95 {late:6.0f} ms   (floor {statistics.median(floor):.1f} ms)",
        flush=True,
    )


@contextmanager
def _sqlite() -> Iterator[str]:
    yield ""


@contextmanager
def _postgres() -> Iterator[str]:
    with cluster(QUICK) as url:
        yield url


def _prepare(folder: Path, url: str) -> None:
    os.environ |= {"ECHOES_DATA_DIR": str(folder / "data"), "ECHOES_DATABASE_URL": url}
    if not url:
        del os.environ["ECHOES_DATABASE_URL"]
    forget()
    command.upgrade(Config(ROOT / "alembic.ini"), "head")
    prepare_engine_tables()


@contextmanager
def _own_engine(_folder: Path) -> Iterator[None]:
    engine = Engine()
    engine.start()
    time.sleep(2)
    yield
    engine.stop()


@contextmanager
def _worker(folder: Path) -> Iterator[None]:
    with worker(folder / "worker.log") as started:
        wait_for(started.is_at_work, "the worker to start")
        time.sleep(2)
        yield


if __name__ == "__main__":
    main()
