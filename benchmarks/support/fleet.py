"""Processes of Echoes on one machine as an operator would run them on several, with what they share.

Without workers: one process with SQLite and a folder. With them: web and worker processes on a PostgreSQL, a
Redis and an S3-compatible store (an emulator) of their own. This process gets the same settings, so that it
may look and ask.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config

from benchmarks.support.measuring import resident
from benchmarks.support.tabs import WITHOUT_LIMITS
from echoes.jobs.requests import prepare_engine_tables
from echoes.rate_limits.limiter import get_rate_limiter
from tests.support.aws.emulators import CREDENTIALS, new_bucket, running_ministack, settings_of_bucket
from tests.support.databases.postgres import QUICK, as_app, cluster
from tests.support.environment import told
from tests.support.processes import descendants
from tests.support.releases import ROOT, Process, Release
from tests.support.servers.redis import running_redis


@dataclass(frozen=True)
class Fleet:
    name: str
    settings: dict[str, str]
    webs: list[Process]
    workers: list[Process]

    def resident(self) -> tuple[float, float]:
        """MB of the processes that last, and of all with the children that they have just now."""
        roots = [process.process.pid for process in (*self.webs, *self.workers)]
        lasting = sum(map(resident, roots))
        return lasting, lasting + sum(resident(child) for root in roots for child in descendants(root))

    def complaints(self) -> list[str]:
        """Lines of errors in all logs, and processes that have ended."""
        found = [
            f"{process.log.name}: {line}"
            for process in (*self.webs, *self.workers)
            for line in process.log.read_text(errors="replace").splitlines()
            if "ERROR" in line or "Traceback" in line or "CRITICAL" in line
        ]
        ended = [process for process in (*self.webs, *self.workers) if process.process.poll() is not None]
        return found + [f"{process.log.name}: ended with {process.process.returncode}" for process in ended]


@contextmanager
def fleet(folder: Path, webs: int, workers: int, settings: dict[str, str] | None = None) -> Iterator[Fleet]:
    """Started, migrated and ready; gone when the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = WITHOUT_LIMITS | {"ECHOES_DATA_DIR": str(folder / "data")} | (settings or {})
    with ExitStack() as stack:
        if workers:
            settings |= stack.enter_context(shared_services(folder))
        stack.enter_context(told(settings))
        command.upgrade(Config(ROOT / "alembic.ini"), "head")
        prepare_engine_tables()
        get_rate_limiter()  # By one thread first: `limits` takes a half-imported `redis` for an old one.
        release, role = Release(ROOT, settings), "web" if workers else "all"
        pages = [
            stack.enter_context(release.web(folder / f"web-{number}.log", role)) for number in range(webs)
        ]
        jobs = [
            stack.enter_context(release.worker(folder / f"worker-{number}.log")) for number in range(workers)
        ]
        name = f"web x{webs}, workers x{workers}" if workers else "one process, SQLite"
        yield Fleet(name, settings, pages, jobs)


@contextmanager
def shared_services(folder: Path) -> Iterator[dict[str, str]]:
    """The settings that lead to a PostgreSQL, a Redis and a bucket."""
    with cluster(QUICK) as url, running_redis() as redis, running_ministack(folder) as endpoint:
        yield {
            "ECHOES_DATABASE_URL": url, "ECHOES_APP_DATABASE_URL": as_app(url),
            "ECHOES_REDIS_URL": redis.url, **CREDENTIALS,
            **settings_of_bucket(endpoint, new_bucket(endpoint)),
        }  # fmt: skip
