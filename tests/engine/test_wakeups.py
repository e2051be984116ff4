"""Wake-ups of queue workers: jobs begin when asked for, though hardly anything polls."""

import threading
import time
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
import sqlalchemy as sa

from echoes.database import Database, get_database
from echoes.database.notifications import JOBS, PostgresNotifications
from echoes.dbos_adapter.internals import QUEUE_THREAD
from echoes.engine import Engine, wakeups
from echoes.engine.wakeups import Wakeups
from echoes.jobs.base import Steps
from tests.support.jobs.own_jobs import Body, start_job, wait_for_status
from tests.support.processes import PATIENCE, wait_for

pytestmark = pytest.mark.slow

NEVER = 10 * PATIENCE


class Deaf:
    is_reliable = False


class Told:
    is_reliable = True


@pytest.fixture
def unpolled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks of himself after the first time: what begins, was woken."""
    monkeypatch.setattr(wakeups, "QUICK_SECONDS", NEVER)
    monkeypatch.setattr(wakeups, "SLOW_SECONDS", NEVER)


@pytest.fixture
def started(either: Database, run_as_job: Callable[[Body], None]) -> Iterator[Engine]:
    async def nothing(_steps: Steps, _subject: str) -> None:
        pass

    run_as_job(nothing)
    engine = Engine()
    engine.start()
    wait_for(lambda: either.notifications.is_reliable, "notifications to be heard")
    yield engine
    engine.stop()


@pytest.mark.usefixtures("unpolled", "started")
def test_a_job_begins_because_it_was_asked_for() -> None:
    """The contract with DBOS: its threads wait on what we give them, and are called as we think."""
    for _ in range(2):
        wait_for_status(start_job(), "SUCCESS")
    names = {thread.name for thread in threading.enumerate()}
    assert {f"{QUEUE_THREAD}control", f"{QUEUE_THREAD}render", f"{QUEUE_THREAD}clips-motion"} <= names


@pytest.mark.postgres
@pytest.mark.usefixtures("unpolled")
def test_a_listener_that_is_cut_off_listens_again(
    postgres_database: Database, run_as_job: Callable[[Body], None]
) -> None:
    done: list[str] = []

    async def note(_steps: Steps, subject: str) -> None:
        done.append(subject)

    run_as_job(note)
    engine = Engine()
    engine.start()
    try:
        wait_for(lambda: get_database().notifications.is_reliable, "notifications to be heard")
        assert _cut_off_listeners(postgres_database) >= 1
        subject = start_job()  # perhaps while nobody listens: whoever listens again looks once more
        wait_for(lambda: str(subject) in done, "the job to be done")
        wait_for(lambda: get_database().notifications.is_reliable, "notifications to be heard again")
        wait_for_status(start_job(), "SUCCESS")
    finally:
        engine.stop()


def test_jobs_begin_without_any_notification(
    database: Database, run_as_job: Callable[[Body], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database.notifications, "_tell", lambda *_: None)
    monkeypatch.setattr(wakeups, "SLOW_SECONDS", 0.5)
    done: list[str] = []

    async def note(_steps: Steps, subject: str) -> None:
        done.append(subject)

    run_as_job(note)
    engine = Engine()
    engine.start()
    try:
        subjects: list[UUID] = [start_job(), start_job()]
        wait_for(lambda: {*done} == {*map(str, subjects)}, "the jobs to be done")
    finally:
        engine.stop()
    assert len(done) == len(subjects), "each once"


@pytest.mark.postgres
def test_a_line_on_which_nothing_arrives_is_no_reason_to_poll_slowly(
    postgres_database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As behind a pooler that lends connections by transaction."""
    monkeypatch.setattr("echoes.database.notifications.ECHO_WITHIN", 0.1)
    monkeypatch.setattr("echoes.database.notifications.ECHO", "echoes_elsewhere")
    notifications = PostgresNotifications(postgres_database.engine)
    send = notifications._send_echo
    monkeypatch.setattr(notifications, "_send_echo", lambda: send()[::-1])
    with notifications.subscribed(JOBS, lambda _: None):
        wait_for(lambda: "do not arrive" in caplog.text, "the silence to be noticed")
        assert not notifications.is_reliable


class TestWaiting:
    """Of a queue's own thread."""

    @pytest.fixture
    def waits(self, monkeypatch: pytest.MonkeyPatch) -> list[float]:
        """How long it would have waited each time, uncalled."""
        found: list[float] = []
        original = threading.Condition.wait_for

        def wait_for(self: threading.Condition, call: Callable[[], bool], timeout: float) -> bool:
            found.append(timeout)
            return original(self, call, 0)

        monkeypatch.setattr(threading.Condition, "wait_for", wait_for)
        return found

    def test_grows_longer_until_somebody_calls(self, waits: list[float]) -> None:
        queue = Wakeups(Told())  # type: ignore[arg-type]
        for _ in range(10):
            assert not queue.wait(0.5)
        queue.wake()
        queue.wait(0.5)
        queue.wait(0.5)
        assert waits[:4] == [0.25, 0.5, 1.0, 2.0]
        assert waits[9:] == [15.0, 15.0, 0.25]

    def test_without_notifications_is_what_dbos_asks_for(self, waits: list[float]) -> None:
        queue = Wakeups(Deaf())  # type: ignore[arg-type]
        for _ in range(5):
            queue.wait(0.5)
        assert waits == [0.5] * 5

    def test_ends_with_the_engine(self) -> None:
        queue = Wakeups(Told())  # type: ignore[arg-type]
        threading.Timer(0.01, queue.set).start()
        began = time.monotonic()
        while not queue.wait(NEVER):
            assert time.monotonic() - began < PATIENCE

    def test_is_not_disturbed_by_calls_for_other_queues(self, waits: list[float]) -> None:
        queue = Wakeups(Told())  # type: ignore[arg-type]
        queue.wait(0.5)
        queue.wake("render")
        queue.wait(0.5)
        queue.wait(0.5)
        assert waits == [0.25, 0.5, 1.0]


def _cut_off_listeners(database: Database) -> int:
    """As a restart of PostgreSQL, or a firewall, would."""
    query = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND query LIKE 'LISTEN echoes%'"
    )
    with database.system_engine.connect() as connection:
        return len(connection.execute(sa.text(query)).all())
