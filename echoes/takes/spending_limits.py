"""Spending limits: what providers may cost us in a day and a month, and takes that wait for an operator.

Counted are what providers charged and what is expected of paid takes under way. A take beyond the limit is
written and paid for by its person as ever, but held: no job is asked for until an operator lets it go on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, func, select, update

from echoes import operator_notices, operator_settings
from echoes.database import get_database
from echoes.database.revisions import touch
from echoes.jobs.names import JobName
from echoes.jobs.queues import clips_queue, next_turn
from echoes.jobs.requests import Place, enqueue
from echoes.models import UNFINISHED, Clip, JobStatus, Project, ProviderCost, Take, now
from echoes.operator_notices import OperatorNotice
from echoes.operator_settings import Allowances, Providers
from echoes.providers import get_provider, is_paid
from echoes.providers.base import Model, UnknownProvider

RECENT = 20
"""Charges by which the next one is expected."""
BUDGET_LOCK = 0x627564676574
HELD = OperatorNotice(
    "clips_held",
    "Clips have reached the spending limit. New ones wait until you let them continue.",
    "/admin/allowances",
)


@dataclass(frozen=True, slots=True)
class Spending:
    """In cents, by UTC: charged, or expected of clips for which nothing was charged yet."""

    today: float
    this_month: float

    def room(self, limits: Allowances) -> float | None:
        """None: there is no limit."""
        days = limits.cents_per_day - self.today if limits.cents_per_day else None
        months = limits.cents_per_month - self.this_month if limits.cents_per_month else None
        return min((room for room in (days, months) if room is not None), default=None)


def spending(session: Session) -> Spending:
    """For sessions that see everybody's takes."""
    day = now().replace(hour=0, minute=0, second=0, microsecond=0)
    month = day.replace(day=1)
    return Spending(
        _charged(session, day) + _expected(session, day), _charged(session, month) + _expected(session, month)
    )


def clips_that_fit(session: Session, provider: str, model: Model) -> int | None:
    """How many more of these may be asked for within the limits; None: any number. Others who ask for paid
    clips wait until this transaction has ended, so that all are counted."""
    limits = operator_settings.read(session, Allowances)
    if not is_paid(model) or not (limits.cents_per_day or limits.cents_per_month):
        return None
    _one_at_a_time(session)
    with get_database().reading() as everybodys:
        room = spending(everybodys).room(limits)
        return None if room is None else max(0, int(room // expected_cents(everybodys, provider)))


def tell_operators(session: Session) -> None:
    """When the first take is held, not with each."""
    with get_database().reading() as everybodys:
        if held_count(everybodys) == 0:
            operator_notices.tell(session, HELD)


def held_count(session: Session) -> int:
    return session.exec(select(func.count()).select_from(Take).where(is_held())).one()


def is_held() -> sa.ColumnElement[bool]:
    return sa.and_(col(Take.held_at).is_not(None), col(Take.status).in_(UNFINISHED))


def release(session: Session) -> int:
    """For unscoped sessions: lets held takes go on, the longest held first; how many."""
    return sum(_release(session, take, project_id) for take, project_id in _held(session))


def release_what_fits(session: Session) -> int:
    """After operators have raised the limits. Whoever asks for clips meanwhile waits, so that all are
    counted."""
    _one_at_a_time(session)
    limits, released = operator_settings.read(session, Allowances), 0
    for take, project_id in _held(session):
        room = spending(session).room(limits)
        if room is not None and room < expected_cents(session, take.provider):
            break
        released += _release(session, take, project_id)
    return released


def _held(session: Session) -> Sequence[tuple[Take, UUID]]:
    """Held takes with their projects, which are locked first, in the order that all keep to: so no two
    transactions wait in a ring."""
    theirs = select(Clip.project_id).join(Take, col(Take.clip_id) == col(Clip.id)).where(is_held())
    projects = select(Project.id).where(col(Project.id).in_(theirs)).order_by(col(Project.id))
    locked = session.exec(projects.with_for_update(key_share=True)).all()
    takes = select(Take, Clip.project_id).join(Clip, col(Clip.id) == col(Take.clip_id)).where(is_held())
    known = takes.where(col(Clip.project_id).in_(locked))
    return session.exec(known.order_by(col(Take.held_at), col(Take.id))).all()


def expected_cents(session: Session, provider: str) -> float:
    """Of one clip: what the provider charged lately, on average."""
    lately = select(ProviderCost.credits).where(col(ProviderCost.provider) == provider)
    charges = session.exec(lately.order_by(col(ProviderCost.id).desc()).limit(RECENT)).all()
    price = _prices(session).get(provider, 0.0)
    if charges and price:
        return max(1.0, sum(charges) / len(charges) * price)
    return float(operator_settings.read(session, Allowances).expected_cents)


def _release(session: Session, take: Take, project_id: UUID) -> bool:
    free = update(Take).where(col(Take.id) == take.id, is_held()).values(held_at=None)
    if session.exec(free.execution_options(synchronize_session=False)).rowcount == 0:
        return False
    queue = clips_queue(take.provider)
    place = Place(queue, next_turn(queue, take.owner_id))
    enqueue(session, JobName.GENERATE_TAKE, take.id, take.owner_id, place)
    touch(session, project_id)
    session.expire(take)
    return True


def _charged(session: Session, since: datetime) -> float:
    """What has no price in cents counts as operators expect it of a clip."""
    query = (
        select(ProviderCost.provider, func.sum(ProviderCost.credits), func.count())
        .where(col(ProviderCost.created_at) >= since)
        .group_by(col(ProviderCost.provider))
    )
    prices = _prices(session)
    expected = operator_settings.read(session, Allowances).expected_cents
    return sum(
        charged * prices[provider] if prices.get(provider) else count * float(expected)
        for provider, charged, count in session.exec(query)
    )


def _expected(session: Session, since: datetime) -> float:
    """Of takes without a charge: those under way, and those made since for which the provider says none."""
    is_made = sa.and_(col(Take.status) == JobStatus.SUCCEEDED, col(Take.created_at) >= since)
    is_under_way = sa.and_(col(Take.status).in_(UNFINISHED), col(Take.held_at).is_(None))
    counted = (
        select(Take.provider, Take.model, func.count())
        .where(col(Take.provider_cost).is_(None), sa.or_(is_made, is_under_way))
        .group_by(col(Take.provider), col(Take.model))
    )
    return sum(
        count * expected_cents(session, provider)
        for provider, model, count in session.exec(counted)
        if _costs_money(provider, model)
    )


def _costs_money(provider: str, model: str) -> bool:
    """Of one that is no longer installed nobody knows, so it does."""
    try:
        known = {one.name: one for one in get_provider(provider).models}
    except UnknownProvider:
        return True
    return model not in known or is_paid(known[model])


def _prices(session: Session) -> dict[str, float]:
    return operator_settings.read(session, Providers).cents_per_credit


def _one_at_a_time(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.connection().execute(sa.select(sa.func.pg_advisory_xact_lock(BUDGET_LOCK)))
