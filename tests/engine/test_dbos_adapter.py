"""The contract with DBOS: each thing beyond its public interface that we rely on, and which function does.

When an upgrade of DBOS fails here, mend `echoes/dbos_adapter/`: nothing else of ours knows.
"""

import ast
import asyncio
import inspect
import re
import threading
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from pkgutil import resolve_name

import dbos
import pytest
import sqlalchemy as sa
from dbos import DBOS, WorkflowStatusString
from dbos._utils import retriable_postgres_exception

from echoes.database import Database
from echoes.database.engine import make_engine, make_system_engine
from echoes.dbos_adapter import internals, tables
from echoes.dbos_adapter.internals import QUEUE_THREAD, BackoffEvent
from echoes.dbos_adapter.tables import COLUMNS, WORKFLOWS, WorkflowState
from echoes.engine import Engine
from echoes.engine.wakeups import Wakeups
from echoes.jobs.base import Steps
from echoes.jobs.queues import RENDER
from echoes.jobs.requests import client, prepare_engine_tables, workflow_id
from tests.support.jobs.own_jobs import NAME, Body, start_job, wait_for_status
from tests.support.processes import wait_for

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = Path(dbos.__file__).parent
PRIVATE = {
    "dbos._dbos:queue_thread": (("stop_event", "dbos"), "internals.launch, which gives it our own event"),
    "dbos._dbos:_get_dbos_instance": ((), "internals.launch"),
    "dbos._sys_db:SystemDatabase._claim_gate": (
        ("self", "queue_name", "partition_key"),
        "internals.take_known_jobs_only, for upgrades: a worker leaves jobs that it does not know to others",
    ),
    "dbos:DBOS._recover_pending_workflows": (
        ("executor_ids",),
        "internals.recover, for engine.leases.recover_stale_workers",
    ),
    "dbos._sys_db:SystemDatabase.get_pending_workflows": (
        ("self", "executor_id", "app_version"),
        "internals.claimed_and_idle, for engine.lost_jobs",
    ),
    "dbos._core:ActiveWorkflowById.activeList": (("self",), "internals.claimed_and_idle"),
    "dbos._sys_db:SystemDatabase.reenqueue_for_recovery": (
        ("self", "workflow_id", "executor_ids", "recovery_queue_name"),
        "internals.give_back, for engine.lost_jobs",
    ),
}
"""Functions, their parameters, and who calls or replaces them."""
MENTIONS = re.compile(
    rf"dbos\._|_dbos_instance|\b(?:{'|'.join([*COLUMNS.keys() - {tables.QUEUES}, 'operation_outputs'])})\b"
)
MAY_MENTION = {
    Path("tests/engine/test_dbos_adapter.py"),
    Path("tests/engine/test_lost_jobs.py"),  # loses a job as DBOS does when a claim's answer never comes
    Path("tests/engine/test_registry.py"),  # writes what an older version of ours left there
    Path("tests/database/test_row_security.py"),  # asks as somebody would who breaks in
    Path("tests/test_migrations.py"),  # makes a table that is only called as one of DBOS's
}


def broken(what: str, who: str) -> str:
    return f"DBOS {version('dbos')} {what}. Who relies on it: {who}"


@pytest.mark.parametrize("name", PRIVATE)
def test_private_functions_are_there_and_take_what_we_give_them(name: str) -> None:
    parameters, who = PRIVATE[name]
    try:
        function = resolve_name(name)
    except (AttributeError, ImportError):
        pytest.fail(broken(f"has no {name} any more", who))
    found = tuple(inspect.signature(function).parameters)
    assert found == parameters, broken(f"gives {name} the parameters {found}", who)


def test_launching_looks_up_the_queue_thread_where_we_put_ours() -> None:
    assert DBOS.__module__ == "dbos._dbos", broken("defines DBOS elsewhere", "internals.launch")


@pytest.mark.parametrize("words", internals.EXPECTED_WORDS)
def test_what_is_kept_out_of_the_log_is_still_said_in_these_words(words: str) -> None:
    said = any(words in path.read_text() for path in LIBRARY.glob("*.py"))
    assert said, broken(f"does not say {words!r} any more", "internals.ExpectedMessagesFilter")


def test_states_of_workflows_are_those_that_we_know() -> None:
    theirs = {state.value for state in WorkflowStatusString}
    assert theirs == set(WorkflowState), broken(f"has the states {sorted(theirs)}", "tables.WorkflowState")
    assert {*tables.UNDER_WAY, *tables.OVER} == set(WorkflowState)


@pytest.mark.parametrize("name", COLUMNS)
def test_tables_have_the_columns_that_we_read(either: Database, name: str) -> None:
    prepare_engine_tables()
    problem = ""
    with either.system_engine.connect() as connection:
        try:
            connection.execute(sa.select(tables.table(name, either.engine)).limit(1)).all()
        except sa.exc.DBAPIError as error:
            problem = str(error.orig)
    assert not problem, broken(f"has another table {name}: {problem}", "tables.COLUMNS")


@pytest.mark.parametrize(
    "place",
    ["?host=/nowhere", "localhost:1", "nobody.invalid"],
    ids=["no socket", "nobody listens", "no such name"],
)
@pytest.mark.parametrize("make", [make_engine, make_system_engine])
def test_a_database_that_is_not_there_just_now_is_waited_for(
    make: Callable[[str], sa.Engine], place: str
) -> None:
    """As while PostgreSQL starts again, in a container too, whose name is gone meanwhile."""
    host, _, query = place.partition("?")
    engine = make(f"postgresql://echoes@{host}/echoes{'?' + query if query else ''}")
    with pytest.raises(sa.exc.OperationalError) as failed, engine.connect():
        pass
    who = "database.engine, for jobs under way while the database is away"
    assert retriable_postgres_exception(failed.value), broken("gives up", who)


@pytest.fixture
def engine(database: Database, run_as_job: Callable[[Body], None]) -> Iterator[Engine]:
    async def nothing(_steps: Steps, _subject: str) -> None:
        pass

    run_as_job(nothing)
    engine = Engine()
    engine.start()
    yield engine
    engine.stop()


@pytest.mark.slow
class TestWithAnEngine:
    def test_queue_threads_wait_on_our_event_and_end_with_it(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        waited: set[str] = set()
        wait = Wakeups.wait

        def noting(self: Wakeups, timeout: float | None = None) -> bool:
            waited.add(threading.current_thread().name)
            return wait(self, timeout)

        monkeypatch.setattr(Wakeups, "wait", noting)
        engine = Engine()
        engine.start()
        queues = {f"{QUEUE_THREAD}{queue}" for queue in ("control", RENDER, "clips-motion")}
        try:
            wait_for(lambda: queues <= waited, broken("waits in other threads", "engine.wakeups.Wakeups"))
        finally:
            engine.stop()
        left = {thread.name for thread in threading.enumerate()} & queues
        assert left == set(), broken("does not end its queue threads", "internals.launch")

    def test_its_scans_wait_on_the_event_that_we_gave_it(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        waited: list[float | None] = []
        wait = BackoffEvent.wait

        def noting(self: BackoffEvent, timeout: float | None = None) -> bool:
            waited.append(timeout)
            return wait(self, timeout)

        monkeypatch.setattr(BackoffEvent, "wait", noting)
        engine = Engine()
        engine.start()
        try:
            wait_for(lambda: waited, broken("scans by another event", "internals.BackoffEvent"))
        finally:
            engine.stop()
        longest = max(timeout or 0.0 for timeout in waited)
        assert longest <= 1.0, broken(f"scans every {longest} s by itself", "internals.BackoffEvent")

    @pytest.mark.usefixtures("engine")
    def test_the_argument_of_a_job_can_be_read(self, database: Database) -> None:
        subject = start_job()
        (found,) = client(database).list_workflows(workflow_ids=[workflow_id(NAME, subject)])
        who = "internals.argument_of, for engine.housekeeping"
        assert internals.argument_of(found) == str(subject), broken("keeps arguments elsewhere", who)

    def test_a_dead_workers_job_is_begun_again_and_its_attempts_are_counted(
        self, database: Database, run_as_job: Callable[[Body], None]
    ) -> None:
        begun, may_end = threading.Semaphore(0), threading.Event()

        async def body(_steps: Steps, _subject: str) -> None:
            begun.release()
            await asyncio.to_thread(may_end.wait)

        run_as_job(body)
        engine = Engine()
        engine.start()
        try:
            subject = start_job()
            assert begun.acquire(timeout=60)
            workflows = tables.table(WORKFLOWS, database.engine)
            mine = workflows.c.workflow_uuid == workflow_id(NAME, subject)
            with database.system_engine.begin() as connection:
                connection.execute(sa.update(workflows).where(mine).values(executor_id="long-gone"))
            internals.recover(["long-gone"])
            who = "internals.recover, for engine.leases.recover_stale_workers"
            assert begun.acquire(timeout=60), broken("does not begin it again", who)
            may_end.set()
            wait_for_status(subject, WorkflowState.SUCCESS)
            with database.system_engine.connect() as connection:
                attempts = connection.scalar(sa.select(workflows.c.recovery_attempts).where(mine))
            assert attempts == 2, broken("counts attempts in another way", who)
        finally:
            may_end.set()
            engine.stop()


def test_nobody_else_knows_the_insides_of_dbos() -> None:
    """Neither private modules and attributes nor tables, in our code or in the tests'."""
    found = [
        f"{path.relative_to(ROOT)}: {match}"
        for folder in ("compiler", "echoes", "scripts", "benchmarks", "tests")
        for path in (ROOT / folder).rglob("*.py")
        if not path.is_relative_to(ROOT / "echoes" / "dbos_adapter")
        if path.relative_to(ROOT) not in MAY_MENTION
        for match in [*MENTIONS.findall(path.read_text()), *private_attributes(path.read_text())]
    ]
    assert found == []


def private_attributes(source: str) -> list[str]:
    """Of names that are imported from DBOS."""
    if "dbos" not in source:
        return []
    tree = ast.parse(source)
    theirs = {
        name.asname or name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "dbos"
        for name in node.names
    }
    return [
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        if node.value.id in theirs and node.attr.startswith("_")
    ]


def test_the_watchman_sees() -> None:
    source = "from dbos import DBOS as Theirs\nfrom dbos._queue import Queue\nTheirs._launch()\n"
    assert private_attributes(source) == ["Theirs._launch"]
    assert MENTIONS.findall(source + WORKFLOWS) == ["dbos._", WORKFLOWS]
