"""What each person may have and what clips may cost: limits, grants, and takes that wait for an operator."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, func, select

from echoes import operator_settings
from echoes.admin import pricing, users
from echoes.admin.audit import Operator, record
from echoes.models import Take, User
from echoes.operator_settings import Allowances
from echoes.takes import spending_limits
from echoes.takes.spending_limits import Spending


@dataclass(frozen=True, slots=True)
class AllowancesOverview:
    allowances: Allowances
    version: int
    """That a change is based on."""
    spending: Spending
    held: int
    waiting_people: int
    granted: int
    """How many people have a grant of paid clips."""


def overview(session: Session) -> AllowancesOverview:
    people = select(func.count(col(Take.owner_id).distinct())).where(spending_limits.is_held())
    granted = select(func.count()).select_from(User).where(col(User.may_use_paid))
    return AllowancesOverview(
        allowances=operator_settings.read(session, Allowances),
        version=operator_settings.latest(session, Allowances),
        spending=spending_limits.spending(session),
        held=spending_limits.held_count(session),
        waiting_people=session.exec(people).one(),
        granted=session.exec(granted).one(),
    )


def save(
    session: Session, operator: Operator, values: Mapping[str, Any], note: str = "",
    based_on: int | None = None,
) -> int:  # fmt: skip
    """How many held takes go on, because they fit now. Raises BadInput or Outdated."""
    pricing.change(session, operator, Allowances, values, note, based_on)
    return spending_limits.release_what_fits(session)


def let_go_on(session: Session, operator: Operator) -> int:
    """All takes that are held, whatever they cost; how many."""
    released = spending_limits.release(session)
    if released:
        record(session, operator, "release clips", after={"clips": released})
    return released


def grant_paid(session: Session, operator: Operator, user_id: UUID, is_granted: bool) -> None:
    """Whether somebody may use the provider that costs money, where only grants allow it."""
    user = users.get_for_change(session, user_id)
    if user.may_use_paid != is_granted:
        before, after = {"paid_clips": user.may_use_paid}, {"paid_clips": is_granted}
        record(session, operator, "paid clips", user_id, before=before, after=after)
        user.may_use_paid = is_granted
        user.revision += 1
