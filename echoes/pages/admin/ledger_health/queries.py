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
class BookLine:
    id: str
    """Of the person or the order."""
    person: str
    name: str
    what: str
    debt: int = 0


@dataclass(frozen=True)
class BookLines:
    """One of the lists, as far as it has been unfolded."""

    lines: list[BookLine] = field(default_factory=list)
    has_more: bool = False


def books_view(
    session: Session, unfolded: Mapping[str, int] | None = None
) -> tuple[dict[str, BookLines], int]:
    """At least so many lines of each list, and what is owed in all. Reads every entry that there is."""
    lengths = {part: max(PAGE, (unfolded or {}).get(part, 0)) for part in PARTS}
    lists = {part: book_lines(session, part, length) for part, length in lengths.items()}
    return lists, ledger_health.owing(session).credits


def book_lines(session: Session, part: str, limit: int = PAGE, last: BookLine | None = None) -> BookLines:
    """A page of one list, after its `last` line so far."""
    if part not in PARTS:
        raise NotFound
    found = PARTS[part](session, last, limit + 1)
    return BookLines(found[:limit], len(found) > limit)


def _differences(session: Session, last: BookLine | None, limit: int) -> list[BookLine]:
    after = UUID(last.id) if last else None
    return [_difference(one) for one in ledger.differences(session, after=after, limit=limit)]


def _debts(session: Session, last: BookLine | None, limit: int) -> list[BookLine]:
    after = (last.debt, UUID(last.id)) if last else None
    return [_debt(user) for user in ledger_health.debtors(session, after, limit)]


def _unsettled(session: Session, last: BookLine | None, limit: int) -> list[BookLine]:
    after = UUID(last.id) if last else None
    return [_order(order) for order in ledger_health.unsettled(session, after, limit)]


def _events(session: Session, last: BookLine | None, limit: int) -> list[BookLine]:
    after = UUID(last.id) if last else None
    return [_event(row) for row in ledger_health.lost_events(session, after, limit)]


PARTS: dict[str, Callable[[Session, BookLine | None, int], list[BookLine]]] = {
    "differences": _differences, "debts": _debts, "unsettled": _unsettled, "events": _events,
}  # fmt: skip


def _difference(one: Difference) -> BookLine:
    person = str(one.user_id)
    said = f"balance {one.balance}, debt {one.debt}, entries say {one.entries}"
    return BookLine(person, person, person, said)


def _debt(user: User) -> BookLine:
    return BookLine(str(user.id), str(user.id), user.name, formatting.counted(user.debt, "credit"), user.debt)


def _order(order: Order) -> BookLine:
    said = f"{formatting.counted(order.credits, 'credit')}, begun {formatting.ago(order.created_at, now())}"
    return BookLine(str(order.id), str(order.owner_id or ""), str(order.id), said)


def _event(row: WebhookEvent) -> BookLine:
    said = f"{row.outcome or 'not handled yet'}, came {formatting.ago(row.created_at, now())}"
    return BookLine(str(row.id), "", f"{row.kind} ({row.event_id})"[:LONGEST_NAME], said)
