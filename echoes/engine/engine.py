"""Lifecycle of the DBOS engine in this process: start and stop."""

import logging
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from uuid import uuid4

from dbos import DBOS, DBOSConfig, SQLAlchemyDatasource
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from echoes.database import Database, get_database
from echoes.database.notifications import JOBS
from echoes.dbos_adapter.internals import are_queues_watched, quiet_logs
from echoes.engine import concurrency, housekeeping, schedules
from echoes.engine.cleanup import CleanupThread, delete_abandoned_work_folders
from echoes.engine.leases import Lease
from echoes.engine.lock import EngineLock
from echoes.engine.lost_jobs import LostJobs
from echoes.engine.registry import DurableSteps, register
from echoes.engine.wakeups import launch
from echoes.jobs.requests import APPLICATION, SERIALIZER, prepare_engine_tables
from echoes.jobs.workspace import entered
from echoes.observability import tracing
from echoes.processes.aws_lambda.waiting import handing_over
from echoes.settings import Role, Settings, get_settings
from echoes.takes.generation.draining import in_flight

VERSION = "1"
"""Of the jobs, not of Echoes: raise it only when jobs under way cannot be gone on with by this code."""
EMBEDDED = "embedded"
MOST_THREADS = 32
LISTEN_SECONDS = 4.0
"""For answers to submissions in flight. With the seconds for requests and the next one, below nine."""
DRAIN_SECONDS = 1
"""Time for queues to notice the end: a job handed to a stopped loop would keep its thread for ever."""

COALESCE_SECONDS = 0.25
"""How often DBOS looks whether it has events or streams to tell of, of which we have none; 0.01 otherwise."""

logger = logging.getLogger(__name__)

_started: list["Engine"] = []
"""The one of this process, while it runs."""


class Engine:
    """DBOS is one per process, so this is too. On SQLite also one per data folder, which a lock sees to."""

    def __init__(self, settings: Settings | None = None, database: Database | None = None) -> None:
        self._settings = settings or get_settings()
        self._database = database or get_database()
        self._lock: EngineLock | None = None
        self._lease: Lease | None = None
        self._lost_jobs: LostJobs | None = None
        self._subscription = ExitStack()

    def start(self) -> None:
        """Blocks; never call it on an event loop, which DBOS would then take for its own."""
        quiet_logs()
        executor_id = self._claim_name()
        try:
            prepare_engine_tables()
            self._launch(executor_id)
        except BaseException:
            self.stop()
            raise
        logger.info("the job engine runs as %s", executor_id)

    def stop(self) -> None:
        """Ends running work, with its processes. What was not finished is taken up by the next start.
        Submissions on their way are answered first: the engine cancels even what is shielded."""
        if not in_flight.drain(LISTEN_SECONDS):
            logger.warning("a submission was not answered within %g s: its answer is lost", LISTEN_SECONDS)
        self._subscription.close()
        if self._lost_jobs is not None:
            self._lost_jobs.stop()
        try:
            with handing_over():
                DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=DRAIN_SECONDS)
        finally:
            in_flight.reopen()
        if self._lease is not None:
            self._lease.give_up()
        if self._lock is not None:
            self._lock.release()
        self._lease = self._lock = self._lost_jobs = None

    @property
    def is_alive(self) -> bool:
        """Whether it takes up jobs: its queues are watched, and no other worker takes it for dead."""
        return are_queues_watched() and (self._lease is None or self._lease.is_fresh)

    def _claim_name(self) -> str:
        """One name for ever where there can be one engine only, so that it finds its own jobs again."""
        if self._settings.is_sqlite:
            self._lock = EngineLock(self._settings.data_dir / "engine.lock")
            self._lock.acquire()
            delete_abandoned_work_folders()
            return EMBEDDED
        executor_id = f"{socket.gethostname()}-{uuid4().hex[:12]}"
        self._lease = Lease(self._database, executor_id, self._settings.worker_lease_seconds)
        self._lease.take()
        return executor_id

    def _launch(self, executor_id: str) -> None:
        DBOS(config=self._config(executor_id))
        register(DurableSteps(self._datasource()))
        due = schedules.register()
        notifications = self._database.notifications
        concurrency.listen()
        wakeups = launch(notifications)
        self._subscription.enter_context(notifications.subscribed(JOBS, wakeups.wake))
        concurrency.register(self._settings)
        wakeups.wake()
        DBOS.apply_schedules(due)
        for name in schedules.AT_START:
            DBOS.trigger_schedule(name)
        housekeeping.fail_stale_jobs()
        if self._lease is not None:
            self._lease.keep()
        self._lost_jobs = LostJobs(executor_id)
        self._lost_jobs.start()

    def _config(self, executor_id: str) -> DBOSConfig:
        return DBOSConfig(
            name=APPLICATION,
            system_database_url=self._database.url,
            system_database_engine=self._database.system_engine,
            serializer=SERIALIZER,
            executor_id=executor_id,
            application_version=VERSION,
            max_executor_threads=MOST_THREADS,
            log_level="WARNING",
            notification_coalesce_sec=COALESCE_SECONDS,
            enable_otlp=tracing.is_on(),
            otel_attribute_format="semconv",
        )

    def _datasource(self) -> SQLAlchemyDatasource:
        return SQLAlchemyDatasource.create(
            self._database.url,
            engine=self._database.engine,
            serializer=SERIALIZER,
            sessionmaker=sessionmaker(class_=Session, expire_on_commit=False),
        )


@contextmanager
def running(role: Role) -> Iterator[None]:
    """What a process of this role does beside serving pages."""
    cleanup_thread = CleanupThread()
    cleanup_thread.start()
    try:
        if role == "web":
            prepare_engine_tables()
            yield
        else:
            with _started_engine():
                yield
    finally:
        cleanup_thread.stop()


@asynccontextmanager
async def lifespan() -> AsyncIterator[None]:
    """For the web process: in the role `all` the engine lives as long as it does."""
    async with entered(running(get_settings().role)):
        yield


@contextmanager
def _started_engine() -> Iterator[None]:
    engine = Engine()
    engine.start()
    _started.append(engine)
    try:
        yield
    finally:
        _started.remove(engine)
        engine.stop()


def is_alive() -> bool:
    """Whether the engine of this process takes up jobs."""
    return any(engine.is_alive for engine in _started)
