"""Queries of the statement of credits."""

from dataclasses import dataclass
from uuid import UUID

from echoes.credits import history
from echoes.credits.history import HistoryEntry, Subject
from echoes.database import UserSession
from echoes.models import CreditEntry, EntryKind
from echoes.text.formatting import money, pluralize
from echoes.text.isolation import isolated


@dataclass(frozen=True)
class StatementLine:
    id: str
    day: str
    what: str
    about: str
    """In which film, for how much money."""
    change: str
    spoken: str
    """The change for those who listen: signs are not read aloud."""
    is_gain: bool
    balance: str
    owed: str
    receipt: str


def statement_page(session: UserSession, before: UUID | None, limit: int) -> list[StatementLine]:
    return [_line_of(line) for line in history.page_of(session, before, limit)]


def _line_of(line: HistoryEntry) -> StatementLine:
    entry, subject = line.entry, line.subject
    what, about = _said(entry, subject)
    count = pluralize(abs(entry.amount), "credit")
    is_gain = entry.amount > 0
    return StatementLine(
        id=str(entry.id),
        day=f"{entry.created_at:%-d %B %Y}",
        what=what,
        about=about,
        change=f"{'+' if is_gain else '−'}{abs(entry.amount)}",
        spoken=f"{count} {'added' if is_gain else 'taken'}",
        is_gain=is_gain,
        balance=str(entry.balance_after),
        owed=f"{entry.debt_after} owed" if entry.debt_after else "",
        receipt=(subject.order.receipt_url or "") if subject.order else "",
    )


def _said(entry: CreditEntry, subject: Subject) -> tuple[str, str]:
    """What it was, and about what."""
    if subject.order is not None:
        order = subject.order
        bought = f"{pluralize(order.credits, 'credit')} for {money(order.price_cents, order.currency)}"
        return (bought, "") if entry.kind == EntryKind.PURCHASE else (entry.note, f"Order: {bought}")
    if entry.kind == EntryKind.GENERATION and subject.name:
        return f"Clip of {isolated(subject.name)}", f"In “{isolated(subject.project)}”"
    if entry.kind == EntryKind.REFUND and subject.name:
        return entry.note, f"{isolated(subject.name)}, in “{isolated(subject.project)}”"
    return entry.note, f"“{isolated(subject.name)}”" if subject.name else ""
