"""Queries of the orders page."""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from echoes.admin import dashboard, ledger_health
from echoes.models import Order, OrderState
from echoes.text import formatting

EARNED = "earned"

STATES: dict[str, tuple[OrderState, ...]] = {
    EARNED: dashboard.EARNED, **{state.value: (state,) for state in OrderState},
}  # fmt: skip


@dataclass(frozen=True)
class OrderLine:
    id: str
    when: str
    who: str
    who_id: str
    what: str
    price: str
    state: str
    returned: str


def order_lines(
    session: Session, state: str, days: str, limit: int, before: UUID | None = None
) -> tuple[list[OrderLine], bool]:
    """An address may say anything: what cannot be narrows nothing."""
    found = ledger_health.orders(
        session,
        STATES.get(state, ()),
        dashboard.start_of(int(days)) if days in {str(period) for period in dashboard.PERIODS} else None,
        before,
        limit + 1,
    )
    return [_line(order, name) for order, name in found[:limit]], len(found) > limit


def _line(order: Order, name: str) -> OrderLine:
    return OrderLine(
        id=str(order.id),
        when=f"{order.created_at:%-d %b %Y, %H:%M}",
        who=name or "somebody who has left",
        who_id=str(order.owner_id or ""),
        what=formatting.pluralize(order.credits, "credit"),
        price=formatting.money(order.price_cents, order.currency),
        state=order.state,
        returned=formatting.money(order.returned_cents, order.currency) if order.returned_cents else "",
    )
