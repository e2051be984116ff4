"""Scaling of clips and films by 1, 2 and 4 workers on PostgreSQL and an S3-compatible store, and fairness.

    python -m benchmarks.server.scale [--workers 1 2 4] [--takes 200] [--films 40]

Says twice a minute how many are left. Prints for each number of workers how long it took, what each part
of the machine did meanwhile, and how long the database and the store took to answer: a query and a put of a
clip's size, asked once a second. Ends with 1, and says why, if anything failed or a worker complained.
"""

import argparse
import os
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col, func, select

from benchmarks.server.load import percentile
from benchmarks.support.fleet import Fleet, fleet
from echoes.clips import service as clips
from echoes.database import get_database
from echoes.models import UNFINISHED, JobStatus, Project, Take, User, Video
from echoes.storage import get_storage, new_key
from echoes.takes.motions import SURPRISE
from echoes.videos import service as videos
from tests.support.jobs.making import stored_photo
from tests.support.processes import descendants

PROBE_BYTES = 1_000_000
"""As large as a clip of a second or two."""
PROGRESS_SECONDS, STUCK_SECONDS = 30.0, 600.0
TICKS = os.sysconf("SC_CLK_TCK")
CORES = os.cpu_count() or 1
SESSIONS = sa.text(
    "SELECT coalesce(wait_event_type, 'CPU') FROM pg_stat_activity"
    " WHERE state = 'active' AND pid <> pg_backend_pid()"
)


def main() -> int:
    options, failures = _options(), 0
    for workers in options.workers:
        with (
            tempfile.TemporaryDirectory(prefix="scale-") as folder,
            fleet(Path(folder), 0, workers, {"ECHOES_CLIP_SECONDS": "1.0"}) as echoes,
        ):
            measure(echoes, Path(folder), options)
            problems = [*_failed(Take), *_failed(Video), *echoes.complaints()]
            print(f"    problems: {len(problems)}", *problems[:20], sep="\n      ", flush=True)
            failures += len(problems)
    return 1 if failures else 0


def measure(echoes: Fleet, folder: Path, options: argparse.Namespace) -> None:
    of_each = -(-options.takes // options.films)
    people = [_person(folder, number, of_each) for number in range(options.films)]
    print(f"{echoes.name}: {of_each * options.films} takes, {options.films} films", flush=True)
    with watched(echoes) as watch:
        _ask(people, lambda session, project: clips.animate_all(session, project, SURPRISE))
        watch.until_done(Take)
    watch.show("takes", _ended(Take))
    print(f"    {_turns()}", flush=True)
    _ask(people, lambda session, project: clips.approve_all(session, project))
    with watched(echoes) as watch:
        _ask(people, lambda session, project: videos.compile_film(session, project))
        watch.until_done(Video)
    watch.show("films", _ended(Video))


def _person(folder: Path, number: int, photos: int) -> tuple[UUID, UUID]:
    with get_database().unscoped() as session:
        user = User(issuer="local", subject=f"person-{number}", name=f"Person {number}")
        session.add(user)
        session.flush()
        project = Project(owner_id=user.id, title="Scale")
        session.add(project)
        session.flush()
        for seed in range(photos):
            stored_photo(session, project, folder, seed)
        return user.id, project.id


def _ask(people: list[tuple[UUID, UUID]], act: Callable[..., object]) -> None:
    for person, project in people:
        with get_database().acting_as(person) as session:
            act(session, project)


def _ended(model: type[Take] | type[Video]) -> int:
    """How many were made."""
    with get_database().reading() as session:
        return session.exec(
            select(func.count()).select_from(model).where(col(model.status) == JobStatus.SUCCEEDED)
        ).one()


def _failed(model: type[Take] | type[Video]) -> list[str]:
    why = select(model.status, model.failure_kind, func.count()).where(
        col(model.status) != JobStatus.SUCCEEDED
    )
    with get_database().reading() as session:
        rows = session.exec(why.group_by(col(model.status), col(model.failure_kind))).all()
    return [f"{count} x {model.__name__} {status}: {kind}" for status, kind, count in rows]


def _turns() -> str:
    """All ask at the same moment: how long each person waited for a first clip, and for the last one."""
    ends: dict[UUID, list[float]] = {}
    with get_database().reading() as session:
        rows = session.exec(select(Take.owner_id, Take.ended_at)).all()
        asked = session.exec(select(func.min(Take.created_at))).one()
    for owner, ended in rows:
        if ended is not None and asked is not None:
            ends.setdefault(owner, []).append((ended - asked).total_seconds())
    if not ends:
        return "nobody had a clip"
    first, last = sorted(min(each) for each in ends.values()), sorted(max(each) for each in ends.values())
    return (
        f"of {len(ends)} people each had a first clip after {first[0]:.0f} to {first[-1]:.0f} s and the last"
        f" one after {last[0]:.0f} to {last[-1]:.0f} s"
    )


@dataclass
class Watch:
    """What the parts do while jobs are made, by samples."""

    echoes: Fleet
    seconds: float = 0.0
    sessions: Counter[str] = field(default_factory=Counter)
    samples: int = 0
    query: list[float] = field(default_factory=list)
    put: list[float] = field(default_factory=list)
    get: list[float] = field(default_factory=list)
    processor: dict[str, float] = field(default_factory=dict)
    waiting_for_processor: float = 0.0

    def until_done(self, model: type[Take] | type[Video]) -> None:
        unfinished = select(func.count()).select_from(model).where(col(model.status).in_(UNFINISHED))
        said, least, ended = time.monotonic(), sys.maxsize, time.monotonic()
        while True:
            with get_database().reading() as session:
                if (left := session.exec(unfinished).one()) == 0:
                    return
            if left < least:
                least, ended = left, time.monotonic()
            if time.monotonic() > ended + STUCK_SECONDS:
                raise SystemExit(f"{left} do not end any more: {self.echoes.complaints()[:20]}")
            if time.monotonic() > said + PROGRESS_SECONDS:
                said += PROGRESS_SECONDS
                print(f"    {left} are left", flush=True)
            time.sleep(0.5)

    def sample(self, folder: Path) -> None:
        with get_database().system_engine.connect() as connection:
            began = time.perf_counter()
            connection.execute(sa.text("SELECT count(*) FROM takes")).one()
            self.query.append(time.perf_counter() - began)
            self.sessions.update(connection.execute(SESSIONS).scalars())
        self.samples += 1
        source = folder / "probe.mp4"
        source.write_bytes(os.urandom(PROBE_BYTES))
        key, began = new_key(None, "probes", "mp4"), time.perf_counter()
        get_storage().put(key, source)
        self.put.append(time.perf_counter() - began)
        began = time.perf_counter()
        with get_storage().open(key) as stream:
            stream.read()
        self.get.append(time.perf_counter() - began)
        get_storage().delete([key])

    def show(self, what: str, count: int) -> None:
        database = sum(self.sessions.values()) / max(1, self.samples)
        print(
            f"  {count} {what} in {self.seconds:.0f} s: {count / self.seconds:.2f} a second\n"
            f"    processor: one was waited for {self.waiting_for_processor:.0%} of the time; busy with: "
            + ", ".join(f"{name} {of / self.seconds / CORES:.0%}" for name, of in self.processor.items())
            + f"\n    database: {database:.2f} statements at a time {dict(self.sessions)}, "
            f"a query {_times(self.query)}\n"
            f"    store: put of 1 MB {_times(self.put)}, get {_times(self.get)}; load average"
            f" {os.getloadavg()[1]:.1f} on {CORES} cores",
            flush=True,
        )


@contextmanager
def watched(echoes: Fleet) -> Iterator[Watch]:
    watch, ended = Watch(echoes), threading.Event()

    def go_on() -> None:
        with tempfile.TemporaryDirectory(prefix="probe-") as folder:
            while not ended.wait(1.0):
                watch.sample(Path(folder))

    sampler = threading.Thread(target=go_on, name="samples")
    began, pressure, processor = time.monotonic(), _pressure(), _processor(echoes)
    sampler.start()
    try:
        yield watch
    finally:
        watch.seconds = time.monotonic() - began
        watch.waiting_for_processor = (_pressure() - pressure) / watch.seconds
        watch.processor = {name: now - processor[name] for name, now in _processor(echoes).items()}
        ended.set()
        sampler.join()


def _times(seconds: list[float]) -> str:
    if not seconds:
        return "not asked"
    return f"{1000 * statistics.median(seconds):.0f} ms (p95 {1000 * percentile(seconds, 95):.0f})"


def _pressure() -> float:
    """Seconds in which some process of the machine was ready and had no processor."""
    some = Path("/proc/pressure/cpu").read_text().splitlines()[0]
    return int(some.rpartition("=")[2]) / 1e6


def _processor(echoes: Fleet) -> dict[str, float]:
    """Seconds of the workers with the children they have waited for, and of the programs beside them."""
    workers = {worker.process.pid for worker in echoes.workers}
    beside = [pid for pid in descendants() if pid not in workers]
    return {
        "workers and their compilers": sum(map(_with_children, workers)),
        "store": sum(_with_children(pid) for pid in beside if "ministack" in _command(pid)),
        "PostgreSQL": sum(_with_children(pid) for pid in _of_postgres()),
    }


def _of_postgres() -> list[int]:
    """All processes of that server: it has left our tree."""
    found = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
    data = str(sa.make_url(os.environ["ECHOES_DATABASE_URL"]).query["host"])
    servers = [pid for pid in found if f"{data}/data" in _command(pid)]
    return servers + [child for server in servers for child in descendants(server)]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def _with_children(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(map(int, fields[11:15])) / TICKS


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--takes", type=int, default=200)
    parser.add_argument("--films", type=int, default=40)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
