"""Queries of the allowances page: limits, what was spent of them, and clips that wait."""

from dataclasses import dataclass, field

from sqlmodel import Session

from echoes.admin import allowances
from echoes.text.formatting import money, pluralize


@dataclass(frozen=True)
class AllowancesViewModel:
    numbers: dict[str, int] = field(default_factory=dict)
    paid_by_grant: bool = False
    version: int = 0
    today: str = ""
    this_month: str = ""
    granted: str = ""
    held: int = 0
    waiting: str = ""
    """How many clips wait for an operator, and whose; empty when none does."""


def read_allowances(session: Session) -> AllowancesViewModel:
    found = allowances.overview(session)
    limits = found.allowances
    waiting = (
        f"{pluralize(found.held, 'clip waits', 'clips wait')} for you, from"
        f" {pluralize(found.waiting_people, 'person', 'people')}."
    )
    return AllowancesViewModel(
        numbers=limits.model_dump(exclude={"paid_by_grant"}),
        paid_by_grant=limits.paid_by_grant,
        version=found.version,
        today=_spent(found.spending.today, limits.cents_per_day),
        this_month=_spent(found.spending.this_month, limits.cents_per_month),
        granted=_granted(found.granted),
        held=found.held,
        waiting=waiting if found.held else "",
    )


def _granted(people: int) -> str:
    if not people:
        return "Nobody has a grant yet."
    return f"{pluralize(people, 'person', 'people')} {'has' if people == 1 else 'have'} a grant."


def _spent(cents: float, limit: int) -> str:
    spent = money(round(cents), "usd")
    return f"{spent} of {money(limit, 'usd')}" if limit else f"{spent}, no limit"
