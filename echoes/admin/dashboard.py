"""Dashboard. Is it healthy, is money right, what does it cost: figures of a period, day by day."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, func, select

from echoes import operator_settings
from echoes.backups.runs import UNCONFIGURED, BackupState, last_backup_state
from echoes.models import (
    UNFINISHED,
    JobStatus,
    MusicTrack,
    Order,
    OrderState,
    Photo,
    ProviderCost,
    Take,
    User,
    Video,
    now,
)
from echoes.settings import get_settings
from echoes.videos.service import ORIGINAL

PERIODS = (1, 7, 30, 90)
STUCK_AFTER = timedelta(minutes=30)
"""What takes longer than this is stuck."""
EARNED = (OrderState.PAID, OrderState.REFUNDED, OrderState.DISPUTED)


@dataclass(slots=True)
class DayFigures:
    """Cents of the order's currency; what is in another one is added as if it were the same."""

    day: date
    sign_ups: int = 0
    clips: int = 0
    failed: int = 0
    films: int = 0
    revenue_cents: int = 0
    spend_cents: float = 0.0


@dataclass(frozen=True, slots=True)
class QueueHealth:
    """What has not ended, of clips or of films in all sizes."""

    waiting: int = 0
    running: int = 0
    oldest_waiting: datetime | None = None
    stuck: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    days: tuple[DayFigures, ...]
    """The oldest first, each day of the period, by UTC."""
    failures: dict[str, int] = field(default_factory=dict)
    """How many takes failed, by kind."""
    clips: QueueHealth = QueueHealth()
    films: QueueHealth = QueueHealth()
    storage_bytes: int = 0
    backups: BackupState = UNCONFIGURED

    def total(self, name: str) -> float:
        return float(sum(getattr(day, name) for day in self.days))


def first_id(moment: datetime) -> UUID:
    """No id that was made at this moment or later is smaller: rows are found by their key, without a scan."""
    return UUID(int=(int(moment.timestamp() * 1000) << 80) | (0x7 << 76) | (0x8 << 60))


def start_of(days: int) -> datetime:
    """Of the period that ends now: so many days of UTC, the present one among them."""
    first = now().astimezone(UTC).date() - timedelta(days=days - 1)
    return datetime(first.year, first.month, first.day, tzinfo=UTC)


def dashboard_figures(session: Session, days: int) -> Figures:
    start = start_of(days)
    first = start.date()
    table = {
        first + timedelta(days=number): DayFigures(first + timedelta(days=number)) for number in range(days)
    }
    _count(session, table, "sign_ups", User, start)
    _count(session, table, "films", Video, start, ORIGINAL, col(Video.status) == JobStatus.SUCCEEDED)
    earned = func.sum(col(Order.price_cents) - col(Order.returned_cents))
    _fill(table, "revenue_cents", _by_day(session, Order, start, earned, col(Order.state).in_(EARNED)))
    _spend(session, table, start)
    failures = _takes(session, table, start)
    return Figures(
        days=tuple(table.values()),
        failures=failures,
        clips=_line(session, Take),
        films=_line(session, Video),
        storage_bytes=_stored(session),
        backups=last_backup_state(session, get_settings()),
    )


def _count(
    session: Session, table: dict[date, DayFigures], name: str, rows: type[Any], start: datetime, *where: Any
) -> None:
    _fill(table, name, _by_day(session, rows, start, func.count(), *where))


def _fill(table: dict[date, DayFigures], name: str, found: Iterable[tuple[date, Any]]) -> None:
    for day, value in found:
        if day in table:
            setattr(table[day], name, getattr(table[day], name) + (value or 0))


def _by_day(
    session: Session, rows: type[Any], start: datetime, value: Any, *where: Any
) -> list[tuple[date, Any]]:
    day = _day_of(session)(rows.created_at)
    query = sa.select(day, value).where(rows.created_at >= start, *where).group_by(day)
    return [(date.fromisoformat(str(found)[:10]), number) for found, number in session.execute(query)]


def _day_of(session: Session) -> Callable[[Any], Any]:
    """By UTC, whatever the time zone of the database's session is."""
    if session.get_bind().dialect.name == "postgresql":
        return lambda moment: sa.cast(func.timezone("UTC", moment), sa.Date)
    return lambda moment: func.substr(moment, 1, 10)


def _spend(session: Session, table: dict[date, DayFigures], start: datetime) -> None:
    """Providers count in credits of their own; operators say what one costs."""
    cents = operator_settings.read(session, operator_settings.Providers).cents_per_credit
    kinds: tuple[Any, ...] = (_day_of(session)(ProviderCost.created_at), ProviderCost.provider)
    query = sa.select(*kinds, func.sum(ProviderCost.credits)).where(col(ProviderCost.created_at) >= start)
    for found, provider, cost in session.execute(query.group_by(*kinds)):
        day = date.fromisoformat(str(found)[:10])
        _fill(table, "spend_cents", [(day, cost * cents.get(provider, 0.0))])


def _takes(session: Session, table: dict[date, DayFigures], start: datetime) -> dict[str, int]:
    """All that is counted of them in one go, from an index that holds it. How many failed, by kind."""
    kinds: tuple[Any, ...] = (
        _day_of(session)(Take.created_at),
        Take.status,
        Take.failure_kind,
    )
    query = sa.select(*kinds, func.count()).where(col(Take.created_at) >= start)
    failures: Counter[str] = Counter()
    for found, status, kind, number in session.execute(query.group_by(*kinds)):
        day = table.get(date.fromisoformat(str(found)[:10]))
        if day is None:
            continue
        if status == JobStatus.SUCCEEDED:
            day.clips += number
        elif status == JobStatus.FAILED:
            day.failed += number
            failures[kind or "unknown"] += number
    return dict(failures.most_common())


def _line(session: Session, table: type[Take] | type[Video]) -> QueueHealth:
    query = select(table.status, func.count(), func.min(table.created_at)).where(*_in_line(table))
    numbers: dict[JobStatus, int] = {}
    oldest: datetime | None = None
    for status, number, first in session.exec(query.group_by(col(table.status))):
        numbers[JobStatus(status)] = number
        if status == JobStatus.WAITING:
            oldest = _aware(first)
    waiting, running = numbers.get(JobStatus.WAITING, 0), numbers.get(JobStatus.RUNNING, 0)
    return QueueHealth(waiting, running, oldest, _stuck(session, table))


def _stuck(session: Session, table: type[Take] | type[Video]) -> int:
    late = (*_in_line(table), col(table.id) < first_id(now() - STUCK_AFTER))
    return session.exec(select(func.count()).select_from(table).where(*late)).one()


def _in_line(table: type[Take] | type[Video]) -> list[sa.ColumnElement[bool]]:
    """Takes that are held are in no line: they wait for an operator (`takes.spending_limits`)."""
    unfinished = col(table.status).in_(UNFINISHED)
    return [unfinished, col(Take.held_at).is_(None)] if table is Take else [unfinished]


def _aware(moment: datetime | str) -> datetime:
    parsed = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def _stored(session: Session) -> int:
    tables: tuple[type[SQLModel], ...] = (Photo, Take, Video, MusicTrack)
    sizes = [session.exec(select(func.sum(table.size_bytes))).one() for table in tables]  # type: ignore[attr-defined]
    return sum(int(size or 0) for size in sizes)
