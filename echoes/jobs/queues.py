"""Job queues: one for each clip provider, one for the compiler, one for what cannot wait, one for what nobody
waits for, one for mail.

The compiler's bears the version of timelines in its name. A worker works through those of its own version and
of earlier ones, so that during an upgrade an old worker takes no film whose timeline it cannot read.

Within a provider's line users take turns: each new take of a user comes one turn after that user's last one
that waits, is made or was begun lately, and not before the turn that the line has reached. So one who asks
for fifty delays nobody who asks for one, who asks again and again comes after who has had nothing yet, and
nobody is passed for ever.
"""

import time
from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

import sqlalchemy as sa

from compiler.timeline.versions import VERSION
from echoes.database import Database, get_database
from echoes.dbos_adapter.tables import QUEUES, WORKFLOWS, WorkflowState, table

CONTROL, PREPARE, MAIL = "control", "prepare", "mail"
FIRST_VERSIONED = 4
"""The first version of timelines that has a queue of its own. All before share one."""


def render_queue(version: int) -> str:
    return f"render-{version}" if version >= FIRST_VERSIONED else "render"


RENDER = render_queue(VERSION)
EARLIER_RENDER = tuple(map(render_queue, range(FIRST_VERSIONED - 1, VERSION)))
"""Of what was asked for by processes of an earlier release."""
CLIPS = "clips-"
WAITING, WORKED_ON = WorkflowState.ENQUEUED, WorkflowState.PENDING
LATELY = 600
"""Seconds in which a clip that was begun still counts as its user's turn."""


@dataclass(slots=True)
class QueueLength:
    waiting: dict[str, int] = field(default_factory=dict)
    """How many come before each workflow."""
    working: int = 0


def clips_queue(provider: str) -> str:
    return f"{CLIPS}{provider}"


def next_turn(queue: str, user_id: UUID) -> int:
    """What others wait for is not the user's to see, so it is read apart from the user's transaction."""
    jobs = _jobs(get_database())
    lately = jobs.c.started_at_epoch_ms > 1000 * (time.time() - LATELY)
    here = sa.and_(jobs.c.queue_name == queue, sa.or_(jobs.c.status.in_((WAITING, WORKED_ON)), lately))
    reached = sa.select(
        sa.func.min(jobs.c.priority).filter(jobs.c.status == WAITING), sa.func.max(jobs.c.priority)
    ).where(here)
    own_last = sa.select(sa.func.max(jobs.c.priority)).where(here, jobs.c.authenticated_user == str(user_id))
    with get_database().system_engine.connect() as connection:
        first_waiting, last = connection.execute(reached).one()
        own = connection.execute(own_last).scalar() or 0
    return max(1, own + 1, first_waiting or last or 0)


def queue_lengths() -> dict[str, QueueLength]:
    """Of all providers, as they are now."""
    jobs = _jobs(get_database())
    query = (
        sa.select(jobs.c.queue_name, jobs.c.workflow_uuid, jobs.c.status)
        .where(jobs.c.queue_name.startswith(CLIPS), jobs.c.status.in_((WAITING, WORKED_ON)))
        .order_by(jobs.c.priority, jobs.c.created_at)
    )
    found: dict[str, QueueLength] = defaultdict(QueueLength)
    with get_database().system_engine.connect() as connection:
        for queue, job, status in connection.execute(query):
            if status == WAITING:
                found[queue].waiting[job] = len(found[queue].waiting)
            else:
                found[queue].working += 1
    return found


def is_waited_for(*queues: str) -> bool:
    """Whether a job waits in one of them for a place."""
    jobs = _jobs(get_database())
    query = (
        sa.select(jobs.c.workflow_uuid)
        .where(jobs.c.queue_name.in_(queues), jobs.c.status == WAITING)
        .limit(1)
    )
    with get_database().system_engine.connect() as connection:
        return connection.execute(query).first() is not None


def left_today() -> dict[str, int]:
    """How many more jobs may begin, in lines of which only so many may in a while: as the engine counts."""
    jobs, limited = _jobs(get_database()), table(QUEUES, get_database().engine)
    begun = sa.and_(
        jobs.c.queue_name == limited.c.name,
        jobs.c.rate_limited.is_(True),
        jobs.c.status.not_in((WAITING, WorkflowState.DELAYED)),
        jobs.c.started_at_epoch_ms > 1000 * (time.time() - limited.c.rate_limit_period_sec),
    )
    query = (
        sa.select(limited.c.name, limited.c.rate_limit_max - sa.func.count(jobs.c.workflow_uuid))
        .outerjoin_from(limited, jobs, begun)
        .where(limited.c.rate_limit_max.is_not(None))
        .group_by(limited.c.name, limited.c.rate_limit_max)
    )
    with get_database().system_engine.connect() as connection:
        return {name: max(0, left) for name, left in connection.execute(query)}


def clips_queues() -> set[str]:
    """Those that the engine knows, of providers that are installed here or not."""
    queues = table(QUEUES, get_database().engine)
    with get_database().system_engine.connect() as connection:
        names = sa.select(queues.c.name).where(queues.c.name.startswith(CLIPS))
        return set(connection.execute(names).scalars())


def _jobs(database: Database) -> sa.TableClause:
    """The engine's own table: its public API knows no order of turns."""
    return table(WORKFLOWS, database.engine)
