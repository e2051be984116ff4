"""Payment refunds and disputes: every form in which Stripe tells of them is understood."""

from typing import Any, get_args
from uuid import UUID

import pytest
import stripe

from echoes.credits import ledger
from echoes.credits.payments import orders
from echoes.credits.payments.events import HANDLERS
from echoes.credits.payments.orders import Payment, PaymentOutcome
from echoes.credits.payments.refunds_and_disputes import STEPS, PaymentReturnFacts
from echoes.database import Database
from echoes.models import ReturnKind
from tests.support.payments.stripe import add_order, payment_id_of

LOST, APPEALED, WON = "lost", "appeal_under_review", "won"


def words_of(annotation: Any) -> set[str]:
    """All literals in it, however deep."""
    parts = get_args(annotation)
    return {part for part in parts if isinstance(part, str)}.union(*(words_of(part) for part in parts))


def after(database: Database, user: UUID, kind: ReturnKind, *courses: tuple[str, int]) -> int:
    """The balance, when an order of 20 credits was paid and this was said of its money."""
    with database.unscoped() as session:
        placed = add_order(session, user)
        payment_id = payment_id_of(placed)
        orders.settle(session, placed.id, Payment(PaymentOutcome.PAID, payment_id=payment_id))
        for status, said_at in courses:
            orders.take_back(session, PaymentReturnFacts("one", payment_id, kind, 4500, status, said_at))
        return ledger.balance_of(session, user)


def test_every_status_of_a_dispute_that_the_library_knows_has_its_step() -> None:
    known = words_of(stripe.Dispute.__annotations__["status"])
    assert {LOST, WON, "needs_response"} <= known
    assert known == {status for step in STEPS[ReturnKind.DISPUTE] for status in step}


def test_every_kind_of_event_is_one_that_the_library_knows() -> None:
    assert set(HANDLERS) <= words_of(stripe.Event.__annotations__["type"])


@pytest.mark.parametrize(
    ("course", "balance"),
    [
        ([APPEALED], 0),
        ([LOST, "appeal_needs_response", APPEALED], 0),
        ([LOST, APPEALED, WON], 20),
        ([LOST, APPEALED, LOST], 0),
        (["needs_response", APPEALED, WON], 20),
    ],
    ids=str,
)
@pytest.mark.parametrize("turn", [1, -1], ids=["in order", "backwards"])
def test_an_appeal_leaves_the_money_where_it_is_until_its_end(
    database: Database, anna: UUID, course: list[str], balance: int, turn: int
) -> None:
    said = [(status, moment) for moment, status in enumerate(course)]
    assert after(database, anna, ReturnKind.DISPUTE, *said[::turn]) == balance


@pytest.mark.parametrize(
    ("status", "balance"),
    [("pending", 0), ("succeeded", 0), ("", 0), ("on_its_way", 0), ("failed", 20), ("canceled", 20)],
)
def test_a_refund_takes_its_credits_unless_it_came_to_nothing(
    database: Database, anna: UUID, status: str, balance: int
) -> None:
    """Some are told without any status."""
    assert after(database, anna, ReturnKind.REFUND, (status, 1)) == balance
