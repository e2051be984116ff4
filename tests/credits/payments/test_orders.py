"""Orders: who may place and see them, and that news of them has one end, however it comes."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from echoes.credits import ledger
from echoes.credits.ledger import Movement
from echoes.credits.payments import events, orders
from echoes.credits.payments.orders import Payment, PaymentOutcome
from echoes.database import Database
from echoes.errors import NotFound, Refused
from echoes.models import CreditEntry, EntryKind, Order, OrderState, User
from tests.support.payments.stripe import (
    WHEN,
    Event,
    add_order,
    add_pack,
    charge_of,
    dispute_of,
    event,
    payment_id_of,
    refund_of,
    session_of,
)

pytestmark = pytest.mark.long

PAID = Payment(PaymentOutcome.PAID)


def standing(session: Session, order: Order) -> tuple[int, int, OrderState, int]:
    session.expire_all()
    person = session.get_one(User, order.owner_id)
    kept = session.get_one(Order, order.id)
    return person.balance, person.debt, kept.state, kept.returned_credits


def tell(session: Session, said: Event) -> str:
    return events.handle(session, said["type"], said, None)


def pay(session: Session, order: Order) -> None:
    orders.settle(session, order.id, replace(PAID, payment_id=payment_id_of(order)))


def spend(session: Session, order: Order, amount: int) -> None:
    assert order.owner_id is not None
    ledger.spend(session, order.owner_id, Movement(EntryKind.GENERATION, amount, f"take:{uuid4()}", "A clip"))


def test_an_order_keeps_what_the_pack_was_when_it_was_placed(database: Database, anna: UUID) -> None:
    with database.unscoped() as session:
        pack = add_pack(session, size=5, cents=1500)
    with database.acting_as(anna) as session:
        order = orders.place(session, pack.id)
    with database.unscoped() as session:
        pack = session.merge(pack)
        pack.credits, pack.price_cents = 1, 999_900
    with database.reading_as(anna) as session:
        kept = orders.get(session, order.id)
        assert (kept.credits, kept.price_cents, kept.state) == (5, 1500, OrderState.PENDING)


def test_a_pack_that_is_not_offered_cannot_be_ordered(database: Database, anna: UUID) -> None:
    with database.unscoped() as session:
        hidden = add_pack(session, is_offered=False)
    for pack_id in (hidden.id, uuid4()):
        with database.acting_as(anna) as session, pytest.raises(Refused, match="no longer sold"):
            orders.place(session, pack_id)


def test_an_order_is_its_owners_alone(database: Database, anna: UUID, stranger: UUID) -> None:
    with database.unscoped() as session:
        order = add_order(session, anna)
        unsent = add_order(session, anna, stripe_session_id=None)
    with database.acting_as(stranger) as session:
        with pytest.raises(NotFound):
            orders.get(session, order.id)
        with pytest.raises(NotFound):
            orders.by_checkout(session, str(order.stripe_session_id))
        orders.abandon(session, unsent.id)
        orders.send_to(session, unsent.id, "cs_stolen")
    with database.reading_as(anna) as session:
        assert orders.get(session, order.id).state == OrderState.PENDING
        kept = orders.get(session, unsent.id)
        assert (kept.state, kept.stripe_session_id) == (OrderState.PENDING, None)


def test_where_somebody_was_sent_is_written_once(database: Database, anna: UUID) -> None:
    with database.unscoped() as session:
        order = add_order(session, anna, stripe_session_id=None)
    with database.acting_as(anna) as session:
        orders.send_to(session, order.id, "cs_1")
        orders.send_to(session, order.id, "cs_2")
        orders.abandon(session, order.id)
    with database.reading_as(anna) as session:
        kept = orders.get(session, order.id)
        assert (kept.stripe_session_id, kept.state) == ("cs_1", OrderState.PENDING)


def test_credits_that_were_spent_before_the_refund_become_a_debt(database: Database, anna: UUID) -> None:
    with database.unscoped() as session:
        order = add_order(session, anna)
        pay(session, order)
        spend(session, order, 15)
        tell(session, event("refund.created", refund_of(order, 4500)))
        assert standing(session, order) == (0, 15, OrderState.REFUNDED, 20)
        another = add_order(session, anna, size=20)
        pay(session, another)
        assert standing(session, another) == (5, 0, OrderState.PAID, 0), "new credits pay the debt first"


def test_a_refund_in_parts_takes_its_share_and_in_the_end_all(database: Database, anna: UUID) -> None:
    with database.unscoped() as session:
        order = add_order(session, anna, size=20, cents=4500)
        pay(session, order)
        seen = []
        for cents in (1000, 1000, 2500):
            tell(session, event("refund.created", refund_of(order, cents)))
            seen.append(standing(session, order))
        assert seen == [
            (16, 0, OrderState.PAID, 4),
            (12, 0, OrderState.PAID, 8),
            (0, 0, OrderState.REFUNDED, 20),
        ]


def test_a_refund_that_the_bank_sends_back_gives_the_credits_back(database: Database, anna: UUID) -> None:
    with database.unscoped() as session:
        order = add_order(session, anna)
        pay(session, order)
        tell(session, event("refund.created", refund_of(order, 4500, "pending", "first")))
        tell(session, event("charge.refunded", charge_of(order, refunded=4500)))
        assert standing(session, order)[0] == 0
        tell(session, event("refund.failed", refund_of(order, 4500, "failed", "first"), created=WHEN + 60))
        assert standing(session, order) == (20, 0, OrderState.PAID, 0)


def test_a_dispute_may_turn_more_than_once(database: Database, anna: UUID) -> None:
    with database.unscoped() as session:
        order = add_order(session, anna)
        pay(session, order)
        seen = []
        for minute, status in enumerate(("needs_response", "lost", "won", "lost")):
            said = event("charge.dispute.updated", dispute_of(order, status), created=WHEN + minute)
            tell(session, said)
            tell(session, said)
            seen.append(standing(session, order)[0])
        assert seen == [0, 0, 20, 0]
        assert ledger.differences(session) == []


def test_a_refund_and_a_dispute_take_no_more_than_was_bought(database: Database, anna: UUID) -> None:
    with database.unscoped() as session:
        order = add_order(session, anna)
        pay(session, order)
        tell(session, event("refund.created", refund_of(order, 3000)))
        tell(session, event("charge.dispute.created", dispute_of(order, "needs_response")))
        assert standing(session, order) == (0, 0, OrderState.DISPUTED, 20)


def test_what_was_really_paid_counts(database: Database, anna: UUID) -> None:
    """A Price at Stripe may have been changed, or a tax added."""
    with database.unscoped() as session:
        order = add_order(session, anna, size=20, cents=4500)
        tell(session, event("checkout.session.completed", session_of(order, amount_total=4000)))
        tell(session, event("refund.created", refund_of(order, 4000)))
        assert standing(session, order) == (0, 0, OrderState.REFUNDED, 20)


def test_an_order_outlives_its_owner(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    with database.unscoped() as session:
        order = add_order(session, owner=None)
        pay(session, order)
        assert f"order {order.id} was paid after its person had left" in caplog.text
        tell(session, event("refund.created", refund_of(order, 4500)))
        assert session.get_one(Order, order.id).state == OrderState.REFUNDED
        assert session.exec(select(CreditEntry)).all() == []


def test_card_and_receipt_of_somebody_who_is_gone_are_not_learned_again(database: Database) -> None:
    """Stripe may tell of them after the deletion, or be asked then."""
    with database.unscoped() as session:
        order = add_order(session, owner=None)
        pay(session, order)
        tell(session, event("charge.updated", charge_of(order)))
        assert order.stripe_payment_id is not None, "what refunds are known by is kept"
        assert (order.payment_fingerprint, order.receipt_url) == (None, None)


def test_the_owners_tabs_are_told_even_when_no_credit_moves(database: Database, anna: UUID) -> None:
    with database.unscoped() as session:
        order = add_order(session, anna)
        before = session.get_one(User, anna).revision
        orders.settle(session, order.id, Payment(PaymentOutcome.FAILED))
    with database.reading() as session:
        assert session.get_one(User, anna).revision > before


def news_of(order: Order) -> list[Event]:
    """What Stripe may say of a payment: late money, refunds in parts of which one fails, a dispute won."""
    return [
        event("checkout.session.completed", session_of(order, payment_status="unpaid")),
        event("checkout.session.async_payment_succeeded", session_of(order)),
        event("checkout.session.expired", session_of(order, payment_status="unpaid")),
        event("charge.succeeded", charge_of(order)),
        event("refund.created", refund_of(order, 700, "pending", "first"), created=WHEN + 1),
        event("refund.updated", refund_of(order, 700, "succeeded", "first"), created=WHEN + 2),
        event("refund.created", refund_of(order, 900, "succeeded", "second"), created=WHEN + 3),
        event("refund.failed", refund_of(order, 900, "failed", "second"), created=WHEN + 9),
        event("charge.refunded", charge_of(order, refunded=700), created=WHEN + 2),
        event("charge.refunded", charge_of(order, refunded=1600), created=WHEN + 3),
        event("charge.dispute.created", dispute_of(order, "needs_response", 1000), created=WHEN + 4),
        event("charge.dispute.closed", dispute_of(order, "won", 1000), created=WHEN + 8),
    ]


NEWS = len(news_of(Order(credits=20, price_cents=4500, currency="usd")))


@pytest.fixture
def ledger_of_anna(database: Database, anna: UUID) -> tuple[Database, UUID]:
    return database, anna


@pytest.mark.slow
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.permutations(range(NEWS)),
    st.lists(st.integers(0, NEWS - 1), max_size=8),
    st.integers(0, NEWS + 7),
    st.integers(0, 20),
)
def test_any_order_and_repeats_of_events_lead_to_the_same_end(
    ledger_of_anna: tuple[Database, UUID], first: list[int], repeats: list[int], moment: int, spent: int
) -> None:
    """A clip that is made somewhere in between costs what it costs, if there is enough for it just then."""
    database, anna = ledger_of_anna
    heard = [*first, *repeats]
    with database.unscoped() as session:
        person = session.get_one(User, anna)
        start = person.balance - person.debt
        order = add_order(session, anna)
        news = news_of(order)
        cost = 0
        for number, which in enumerate(heard):
            if (
                number == min(moment, len(heard) - 1)
                and spent
                and session.get_one(User, anna).balance >= spent
            ):
                spend(session, order, spent)
                cost = spent
            tell(session, news[which])
            session.expire_all()
            assert ledger.differences(session) == []
        balance, debt, state, returned = standing(session, order)
        assert (state, returned) == (OrderState.PAID, 20 * 700 // 4500)
        assert balance - debt == start + 20 - returned - cost
