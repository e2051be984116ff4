"""Gauges that the database knows, read when Prometheus asks, and then kept for a while.

Every process answers with the same figures, because they are those of the whole Echoes: a query over several
processes takes their `max`, not their sum. While the database does not answer they are missing, and
`echoes_database_up` is 0.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import sqlalchemy as sa
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import QueuePool
from sqlmodel import col, func, select

from echoes.backups.runs import last_backup_state
from echoes.database import Database, get_database
from echoes.dbos_adapter.tables import UNDER_WAY, WORKFLOWS, WorkflowState, table
from echoes.engine.leases import alive_workers
from echoes.errors import brief
from echoes.models import UNFINISHED, Take, Upload, User, Video, WorkerLease, now
from echoes.settings import get_settings

FRESH_SECONDS = 10.0
LONG_SECONDS = 300.0
"""For sums over all users, which no index answers."""

Families = list[Metric]

logger = logging.getLogger(__name__)


class Remembered:
    """What a query found, asked anew when it is old."""

    def __init__(self, query: Callable[[], Families], seconds: float, clock: Callable[[], float]) -> None:
        self._query, self._seconds, self._clock = query, seconds, clock
        self._found: Families = []
        self._asked_at: float | None = None

    def get(self) -> Families:
        if self._asked_at is None or self._clock() - self._asked_at >= self._seconds:
            self._found = self._query()
            self._asked_at = self._clock()
        return self._found


class DatabaseCollector(Collector):
    """Registered with `observability.metrics.REGISTRY` by whoever serves it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._lock = threading.Lock()
        often, seldom = (jobs, works, uploads, workers, backups), (balances,)
        self._known = [Remembered(query, FRESH_SECONDS, clock) for query in often]
        self._known += [Remembered(query, LONG_SECONDS, clock) for query in seldom]

    def describe(self) -> Families:
        """Nothing is asked of the database when this is registered."""
        return []

    def collect(self) -> Iterator[Metric]:
        yield pools(get_database())
        up = GaugeMetricFamily("echoes_database_up", "Whether the database answers", value=1.0)
        try:
            with self._lock:
                yield from [family for known in self._known for family in known.get()]
        except SQLAlchemyError as error:
            logger.warning("the database's figures could not be read: %s", brief(error))
            up = GaugeMetricFamily(up.name, up.documentation, value=0.0)
        yield up


def jobs() -> Families:
    """What the engine has: for each job how many wait and are worked on, and since when the oldest waits."""
    counted = GaugeMetricFamily("echoes_jobs", "Jobs under way", labels=("job", "queue", "state"))
    oldest = GaugeMetricFamily(
        "echoes_job_oldest_waiting_seconds", "Since when the first in the line waits", labels=("job", "queue")
    )
    database = get_database()
    known = table(WORKFLOWS, database.engine)
    query = (
        sa.select(
            known.c.name, known.c.queue_name, known.c.status, func.count(), func.min(known.c.created_at)
        )
        .where(known.c.status.in_(UNDER_WAY))
        .group_by(known.c.name, known.c.queue_name, known.c.status)
    )
    with database.reading() as session:
        rows = session.execute(query).all()
    for job, queue, state, count, first in rows:
        counted.add_metric((job, queue or "", state.lower()), count)
        if state == WorkflowState.ENQUEUED:
            oldest.add_metric((job, queue or ""), max(0.0, time.time() - first / 1000))
    return [counted, oldest]


def works() -> Families:
    """Takes and films that wait or run, as their rows say."""
    family = GaugeMetricFamily("echoes_unfinished", "Takes and films under way", labels=("kind", "status"))
    with get_database().reading() as session:
        for kind, model in (("take", Take), ("film", Video)):
            status = col(model.status)
            counts = session.exec(
                select(status, func.count()).where(status.in_(UNFINISHED)).group_by(status)
            ).all()
            found = dict(counts)
            for each in UNFINISHED:
                family.add_metric((kind, each.value), found.get(each, 0))
    return [family]


def uploads() -> Families:
    count = GaugeMetricFamily("echoes_uploads_under_way", "Uploads that were begun", labels=("kind",))
    size = GaugeMetricFamily(
        "echoes_uploads_under_way_bytes", "Bytes that they were announced with", labels=("kind",)
    )
    query = select(Upload.kind, func.count(), func.sum(col(Upload.size_bytes))).group_by(col(Upload.kind))
    with get_database().reading() as session:
        for kind, number, total in session.exec(query).all():
            count.add_metric((str(kind),), number)
            size.add_metric((str(kind),), float(total))
    return [count, size]


def workers() -> Families:
    """On PostgreSQL, where workers hold leases: how many live, which may be none, and the age of each
    lease. One that ends well deletes its lease, so only the number tells that there is none."""
    count = GaugeMetricFamily("echoes_workers_alive", "Workers whose lease has not run out")
    silence = GaugeMetricFamily(
        "echoes_worker_silence_seconds", "Since a worker renewed its lease", labels=("worker",)
    )
    if get_database().engine.dialect.name != "postgresql":
        return [count, silence]
    length = timedelta(seconds=get_settings().worker_lease_seconds)
    with get_database().reading() as session:
        count.add_metric((), len(alive_workers(session, length)))
        for number, renewed in enumerate(session.exec(select(WorkerLease.renewed_at))):
            silence.add_metric((str(number),), max(0.0, (now() - renewed).total_seconds()))
    return [count, silence]


def backups() -> Families:
    """Without backups by Echoes itself the families are there, and empty."""
    age = GaugeMetricFamily("echoes_backup_age_seconds", "Since the last good backup was begun")
    size = GaugeMetricFamily("echoes_backup_size_bytes", "Of the last good backup")
    bad = GaugeMetricFamily("echoes_backup_bad", "1 when the last backup failed, or the last good one is old")
    with get_database().reading() as session:
        state = last_backup_state(session, get_settings())
    if state.is_configured:
        bad.add_metric((), float(state.is_bad))
    if state.succeeded_at is not None:
        age.add_metric((), (now() - state.succeeded_at).total_seconds())
        size.add_metric((), state.size_bytes)
    return [age, size, bad]


def balances() -> Families:
    """Of all people together."""
    family = GaugeMetricFamily("echoes_credits", "Credits that people have, and owe", labels=("what",))
    query = select(func.coalesce(func.sum(col(User.balance)), 0), func.coalesce(func.sum(col(User.debt)), 0))
    with get_database().reading() as session:
        balance, debt = session.exec(query).one()
    family.add_metric(("balance",), float(balance))
    family.add_metric(("debt",), float(debt))
    return [family]


def pools(database: Database) -> Metric:
    """Connections to the database that this process has out, and how many it may."""
    family = GaugeMetricFamily("echoes_database_connections", "Of each pool", labels=("pool", "state"))
    engines = {"service": database.engine, "app": database.app_engine, "engine": database.system_engine}
    for name, each in engines.items():
        if isinstance(each.pool, QueuePool) and not (name == "app" and each is database.engine):
            family.add_metric((name, "in_use"), each.pool.checkedout())
            family.add_metric((name, "idle"), each.pool.checkedin())
            if each.pool._max_overflow >= 0:
                family.add_metric((name, "limit"), each.pool.size() + each.pool._max_overflow)
    return family
