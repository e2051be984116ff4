"""Queries of the ledger health page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlmodel import Session

from echoes.admin import ledger_health
from echoes.admin.ledger_health import PAGE
from echoes.credits import ledger
from echoes.credits.ledger import Difference
from echoes.errors import NotFound
from echoes.models import Order, User, WebhookEvent, now
from echoes.text import formatting

LONGEST_NAME = 120


@dataclass(frozen=True)
class LedgerHealthRow:
    id: str
    """Of the person or the order."""
    person: str
    name: str
    what: str
    debt: int = 0


@dataclass(frozen=True)
class LedgerHealthRows:
    """One of the lists, as far as it has been unfolded."""

    lines: list[LedgerHealthRow] = field(default_factory=list)
    has_more: bool = False


def read_ledger_health(
    session: Session, unfolded: Mapping[str, int] | None = None
) -> tuple[dict[str, LedgerHealthRows], int]:
    """At least so many lines of each list, and what is owed in all. Reads every entry that there is."""
    lengths = {part: max(PAGE, (unfolded or {}).get(part, 0)) for part in PARTS}
    lists = {part: ledger_health_rows(session, part, length) for part, length in lengths.items()}
    return lists, ledger_health.unsettled_totals(session).credits


def ledger_health_rows(
    session: Session, part: str, limit: int = PAGE, last: LedgerHealthRow | None = None
) -> LedgerHealthRows:
    """A page of one list, after its `last` line so far."""
    if part not in PARTS:
        raise NotFound
    found = PARTS[part](session, last, limit + 1)
    return LedgerHealthRows(found[:limit], len(found) > limit)


def _differences(session: Session, last: LedgerHealthRow | None, limit: int) -> list[LedgerHealthRow]:
    after = UUID(last.id) if last else None
    return [_difference(one) for one in ledger.differences(session, after=after, limit=limit)]


def _debts(session: Session, last: LedgerHealthRow | None, limit: int) -> list[LedgerHealthRow]:
    after = (last.debt, UUID(last.id)) if last else None
    return [_debt(user) for user in ledger_health.debtors(session, after, limit)]


def _unsettled(session: Session, last: LedgerHealthRow | None, limit: int) -> list[LedgerHealthRow]:
    after = UUID(last.id) if last else None
    return [_order(order) for order in ledger_health.unsettled(session, after, limit)]


def _events(session: Session, last: LedgerHealthRow | None, limit: int) -> list[LedgerHealthRow]:
    after = UUID(last.id) if last else None
    return [_event(row) for row in ledger_health.lost_events(session, after, limit)]


PARTS: dict[str, Callable[[Session, LedgerHealthRow | None, int], list[LedgerHealthRow]]] = {
    "differences": _differences, "debts": _debts, "unsettled": _unsettled, "events": _events,
}  # fmt: skip


def _difference(one: Difference) -> LedgerHealthRow:
    person = str(one.user_id)
    said = f"balance {one.balance}, debt {one.debt}, entries say {one.entries}"
    return LedgerHealthRow(person, person, person, said)


def _debt(user: User) -> LedgerHealthRow:
    return LedgerHealthRow(
        str(user.id), str(user.id), user.name, formatting.pluralize(user.debt, "credit"), user.debt
    )


def _order(order: Order) -> LedgerHealthRow:
    begun = formatting.time_ago(order.created_at, now())
    said = f"{formatting.pluralize(order.credits, 'credit')}, started {begun}"
    return LedgerHealthRow(str(order.id), str(order.owner_id or ""), str(order.id), said)


def _event(row: WebhookEvent) -> LedgerHealthRow:
    said = f"{row.outcome or 'not handled yet'}, received {formatting.time_ago(row.created_at, now())}"
    return LedgerHealthRow(str(row.id), "", f"{row.kind} ({row.event_id})"[:LONGEST_NAME], said)
