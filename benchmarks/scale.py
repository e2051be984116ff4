"""Clips and films by 1, 2 and 4 workers on PostgreSQL and an S3-compatible store, and who waits for whom.

    python -m benchmarks.scale [--workers 1 2 4] [--takes 200] [--films 40]

Prints for each number of workers how long the work took, what each part of the machine did meanwhile, and how
long the database and the store took to answer: a query and a put of a clip's size, asked once a second.
"""

import argparse
import os
import statistics
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

from benchmarks.fleet import Fleet, fleet
from benchmarks.load import percentile
from echoes.clips import service as clips
from echoes.database import get_database
from echoes.models import UNFINISHED, JobStatus, Project, Take, User, Video
from echoes.storage import get_storage, new_key
from echoes.takes.motions import SURPRISE
from echoes.videos import service as videos
from tests.support.making import stored_photo
from tests.support.processes import descendants

PROBE_BYTES = 1_000_000
"""As large as a clip of a second or two."""
TICKS = os.sysconf("SC_CLK_TCK")
CORES = os.cpu_count() or 1
SESSIONS = sa.text(
    "SELECT coalesce(wait_event_type, 'CPU') FROM pg_stat_activity"
    " WHERE state = 'active' AND pid <> pg_backend_pid()"
)


def main() -> None:
    options = _options()
    for workers in options.workers:
        with (
            tempfile.TemporaryDirectory(prefix="scale-") as folder,
            fleet(Path(folder), 0, workers, {"ECHOES_CLIP_SECONDS": "1.0"}) as echoes,
        ):
            measure(echoes, Path(folder), options)


def measure(echoes: Fleet, folder: Path, options: argparse.Namespace) -> None:
    of_each = -(-options.takes // options.films)
    people = [_person(folder, number, of_each) for number in range(options.films)]
    print(f"{echoes.name}: {of_each * options.films} takes, {options.films} films", flush=True)
    with watched(echoes) as watch:
        _ask(people, lambda session, project: clips.animate_all(session, project, SURPRISE))
        watch.until_done(Take)
    watch.show("takes", _ended(Take))
    _ask(people, lambda session, project: clips.approve_all(session, project))
    with watched(echoes) as watch:
        _ask(people, lambda session, project: videos.compile_film(session, project))
        watch.until_done(Video)
    watch.show("films", _ended(Video))
    print("\n".join(echoes.complaints()), flush=True)


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
    with get_database().reading() as session:
        ends = Counter(session.exec(select(model.status)))
    if set(ends) != {JobStatus.SUCCEEDED}:
        raise RuntimeError(f"{model.__name__}: {dict(ends)}")
    return ends.total()


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
        while True:
            with get_database().reading() as session:
                if session.exec(unfinished).one() == 0:
                    return
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
            f"    store: put of 1 MB {_times(self.put)}, get {_times(self.get)}",
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
    main()
