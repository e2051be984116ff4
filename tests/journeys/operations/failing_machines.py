"""A web server, worker, PostgreSQL, Redis or the store dies or freezes during clips, films and uploads.

Nothing is lost, nothing is there twice, and nobody pays twice or for nothing.

Run by hand (`pytest tests/journeys/operations/failing_machines.py`), for its length: one to two minutes on
two processors. tests/takes/generation/test_chaos.py always runs.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, func, select

from compiler.cloud.segments import SEGMENTS
from echoes import operator_settings
from echoes.accounts.service import open_session
from echoes.clips import service as clips
from echoes.credits import ledger
from echoes.database import Database, get_database
from echoes.dbos_adapter.tables import UNDER_WAY
from echoes.jobs.requests import client, prepare_engine_tables
from echoes.models import (
    UNFINISHED,
    CreditEntry,
    EntryKind,
    JobEvent,
    JobStatus,
    Photo,
    Project,
    Take,
    User,
    Video,
)
from echoes.operator_settings import Providers
from echoes.settings import get_settings
from echoes.storage import every_file, get_storage
from echoes.takes.motions import SURPRISE
from echoes.videos import service as videos
from tests.journeys.conftest import UNHURRIED, require_front_end
from tests.journeys.operations.test_upgrade import picture
from tests.support.aws.emulators import aws_environment, new_bucket, process_of, settings_of_bucket
from tests.support.databases.fresh import forget
from tests.support.databases.postgres import SURE, as_app, cluster, crash
from tests.support.databases.rows import add_project
from tests.support.jobs.making import fund, named_files, stored_photo, stored_take
from tests.support.processes import PATIENCE, compilers, frozen, wait_for
from tests.support.releases import ROOT, Process, Release
from tests.support.servers.redis import RedisServer
from tests.uploads.client import Uploader

pytestmark = [pytest.mark.long, pytest.mark.slow, pytest.mark.postgres, pytest.mark.redis]
TAKES, FILMS, UPLOADS = 12, 2, 3
PRICE = 1
LEASE_SECONDS = 2
LONGER_THAN_A_LEASE = 3.0
FIRST_PART = 100


@dataclass
class Machines:
    """What can fail."""

    database: str
    redis: RedisServer
    store: int
    release: Release
    folder: Path
    webs: list[Process] = field(default_factory=list)
    workers: list[Process] = field(default_factory=list)


class Browser(Uploader):
    @property
    def headers(self) -> dict[str, str]:
        return super().headers | {"Origin": self.address}


@pytest.fixture
def machines(ministack: str, redis_server: RedisServer, tmp_path: Path, data_dir: Path) -> Iterator[Machines]:
    require_front_end()
    bucket = settings_of_bucket(ministack, new_bucket(ministack))
    with cluster(SURE) as url:
        settings = bucket | UNHURRIED | {
            "ECHOES_DATABASE_URL": url, "ECHOES_APP_DATABASE_URL": as_app(url),
            "ECHOES_REDIS_URL": redis_server.url, "ECHOES_WORKER_LEASE_SECONDS": str(LEASE_SECONDS),
        }  # fmt: skip
        with aws_environment(settings), ExitStack() as stack:
            forget()
            release = Release(ROOT, settings)
            release.migrate()
            prepare_engine_tables()
            found = Machines(url, redis_server, process_of(ministack), release, tmp_path)
            starts = [release.web, release.web, release.worker, release.worker]
            with ThreadPoolExecutor(len(starts)) as pool:
                contexts = [start(tmp_path / f"{number}.log") for number, start in enumerate(starts)]
                started = list(pool.map(stack.enter_context, contexts))
            found.webs, found.workers = started[:2], started[2:]
            yield found
            forget()


@dataclass
class Work:
    owner: UUID
    project: UUID
    token: str
    takes: set[UUID]
    films: set[UUID]


def ask(database: Database, clip: Path, folder: Path) -> Work:
    """One person with clips to be made, and films of clips that are there."""
    with database.unscoped() as session:
        operator_settings.write(session, Providers(prices={"motion": PRICE}), None)
        user = User(issuer="local", subject="ida", name="Ida")
        session.add(user)
        session.flush()
        project = _project_with_photos(session, user.id, folder)
        finished = [_finished_project(session, user.id, clip, folder) for _ in range(FILMS)]
        token = open_session(session, get_settings(), user.id, "a browser")
    fund(database, user.id, TAKES * PRICE)
    with database.acting_as(user.id) as session:
        takes = {take.id for take in clips.animate_all(session, project, SURPRISE)}
        films = {videos.compile_film(session, each).id for each in finished}
    return Work(user.id, project, token, takes, films)


def _project_with_photos(session: Session, owner: UUID, folder: Path) -> UUID:
    project: Project = add_project(session, owner)
    for seed in range(TAKES):
        stored_photo(session, project, folder, seed)
    return project.id


def _finished_project(session: Session, owner: UUID, clip: Path, folder: Path) -> UUID:
    project: Project = add_project(session, owner)
    for seed in (1, 2):
        stored_take(session, stored_photo(session, project, folder, seed), clip, folder)
    return project.id


def upload(machines: Machines, work: Work) -> None:
    """As a browser behind a proxy does: what was not answered is asked again, of whichever server answers."""
    for seed in range(UPLOADS):
        content = picture(seed)
        path = persistently(machines, work, partial(_begin, work.project, len(content)))
        for end in (FIRST_PART, len(content)):
            persistently(machines, work, partial(_go_on, path, content[:end]))
            time.sleep(1.0)  # So that what fails fails between the parts too.


def _begin(project: UUID, size: int, browser: Browser) -> str:
    return browser.begun(project, size)


def _go_on(path: str, content: bytes, browser: Browser) -> str:
    """From what the server says that it has. What is finished is not there any more to go on with."""
    there = browser.request("HEAD", path)
    if there.status_code in {404, 410}:
        return "finished"
    there.raise_for_status()
    offset = int(there.headers["upload-offset"])
    if offset < len(content):
        browser.append(path, offset, content[offset:]).raise_for_status()
    return "stored"


def persistently(machines: Machines, work: Work, act: Callable[[Browser], str]) -> str:
    deadline, last = time.monotonic() + PATIENCE, ""
    while time.monotonic() < deadline:
        for web in machines.webs:
            try:
                return act(Browser(web.address, work.token, timeout=10))
            except (httpx.HTTPError, AssertionError) as error:
                last = str(error)
        time.sleep(0.2)
    raise AssertionError(f"no server takes it: {last}")


def test_whatever_fails_nothing_is_lost_or_made_twice(
    machines: Machines, small_clip: Path, tmp_path: Path
) -> None:
    database = get_database()
    work = ask(database, small_clip, tmp_path)
    with ExitStack() as stack, ThreadPoolExecutor(1) as pool:
        uploading = pool.submit(upload, machines, work)
        first, second = machines.workers
        wait_for(lambda: compilers(first.process.pid), "the first worker to be at work")
        first.process.kill()
        stack.enter_context(machines.release.worker(tmp_path / "third.log"))
        crash(machines.database)
        with frozen(second.process.pid):
            time.sleep(LONGER_THAN_A_LEASE)
        with frozen(machines.store):
            time.sleep(1.0)
        machines.webs[0].process.kill()
        with frozen(machines.webs[1].process.pid), frozen(machines.redis.process.pid):
            time.sleep(1.0)
        machines.redis.crash()
        assert unfinished(), "all was over before the last failure: it proves nothing"
        uploading.result(2 * PATIENCE)
        try:
            wait_while_something_ends()
        except AssertionError as error:
            raise AssertionError(f"{error}\n{what_is_left(database, tmp_path)}") from None
        wait_for(lambda: not under_way(database), "jobs to end")
    assert wrong(database, work) == []


def unfinished() -> int:
    """The connections of before the crash are of no use, and are noticed one by one."""
    try:
        with get_database().reading() as session:
            return sum(
                session.exec(
                    select(func.count()).select_from(model).where(col(model.status).in_(UNFINISHED))
                ).one()
                for model in (Take, Video)
            )
    except OperationalError:
        return -1


def wait_while_something_ends() -> None:
    """Until all takes and films have: long on a machine that has other work, but each is waited for."""
    while left := unfinished():
        wait_for(partial(_is_fewer, left), f"one more of {left} takes and films to end")


def _is_fewer(before: int) -> bool:
    return before < 0 or 0 <= unfinished() < before


def what_is_left(database: Database, logs: Path) -> str:
    """The rows that have not ended, what the engine says of all their jobs, and what the workers said."""
    with database.reading() as session:
        takes = session.exec(select(Take).where(col(Take.status).in_(UNFINISHED))).all()
        films = session.exec(select(Video).where(col(Video.status).in_(UNFINISHED))).all()
    rows: list[Take | Video] = [*takes, *films]
    found = client(database).list_workflows(load_input=False)
    lines = [f"{type(row).__name__} {row.id}: {row.status}" for row in rows]
    lines += [
        f"{job.workflow_id}: {job.status} by {job.executor_id} in {job.queue_name}, {job.error!r}"
        for job in found
        if any(str(row.id) in job.workflow_id for row in rows)
    ]
    return "\n".join([*lines, *(f"{log.name}:\n{log.read_text()[-3000:]}" for log in logs.glob("*.log"))])


def under_way(database: Database) -> list[str]:
    found = client(database).list_workflows(status=list(UNDER_WAY), load_input=False, load_output=False)
    return [job.workflow_id for job in found if "_take:" in job.workflow_id or "_film:" in job.workflow_id]


def wrong(database: Database, work: Work) -> list[str]:
    """What is lost, there twice, or paid wrongly. Pieces of films, which all workers share, have no row."""
    with database.reading() as session:
        takes, films = session.exec(select(Take)).all(), session.exec(select(Video)).all()
        rows: list[Take | Video] = [*(take for take in takes if take.id in work.takes), *films]
        found = [str(difference) for difference in ledger.differences(session)]
        found += [
            f"{row.id}: {row.status}, {row.failure_kind}" for row in rows if row.status != JobStatus.SUCCEEDED
        ]
        spent = select(CreditEntry.subject_id).where(CreditEntry.kind != EntryKind.GRANT)
        if Counter(session.exec(spent)) != Counter(work.takes):
            found.append("paid twice, paid back, or not at all")
        made = Counter(session.exec(select(JobEvent.subject_id).where(JobEvent.message == "made")))
        if made != Counter([*work.takes, *work.films]):
            found.append(f"made: {made}")
        photos = select(func.count()).select_from(Photo).where(Photo.project_id == work.project)
        if (count := session.exec(photos).one()) != TAKES + UPLOADS:
            found.append(f"{count} photos instead of {TAKES + UPLOADS}")
    keys = {file.key for file in every_file(get_storage())}
    stored, named = {key for key in keys if key.split("/")[0] != SEGMENTS}, named_files()
    return [
        *found,
        *(f"stored, and named by no row: {key}" for key in stored - named),
        *(f"named, and not stored: {key}" for key in named - stored),
    ]
