"""Concurrent webhook deliveries: fifty of one event, on SQLite and PostgreSQL, by the route and over HTTP."""

import asyncio
import threading
from typing import Any

import httpx
import pytest
from sqlmodel import select, update

from echoes.credits import ledger
from echoes.credits.payments import orders, webhook
from echoes.credits.payments.orders import Payment, PaymentOutcome
from echoes.credits.payments.refunds_and_disputes import PaymentReturnFacts
from echoes.credits.payments.routes import routes
from echoes.database import Database
from echoes.models import CreditEntry, Order, ReturnKind, User, WebhookEvent, now
from echoes.settings import get_settings
from tests.support.databases.migrated import Join
from tests.support.payments.stripe import add_order, event, payment_id_of, refund_of, session_of, signed
from tests.support.servers.application import application
from tests.support.servers.production import serve

pytestmark = pytest.mark.slow
AT_ONCE = 50


async def deliver(parcels: list[dict[str, Any]]) -> list[int]:
    with serve(application(routes)) as address:
        async with httpx.AsyncClient(base_url=address, timeout=120) as stripe:
            answers = await asyncio.gather(*(stripe.post("/stripe/webhook", **parcel) for parcel in parcels))
    return [answer.status_code for answer in answers]


@pytest.fixture
def order(books: Database, join: Join, webhook_secret: str) -> Order:
    with books.unscoped() as session:
        return add_order(session, join())


def end(books: Database, order: Order) -> tuple[int, int, int]:
    with books.reading() as session:
        person = session.get_one(User, order.owner_id)
        entries = session.exec(select(CreditEntry)).all()
        assert ledger.differences(session) == []
        return person.balance, person.debt, len(entries)


async def test_fifty_deliveries_of_one_webhook_grant_once(books: Database, order: Order) -> None:
    parcel = signed(event("checkout.session.completed", session_of(order)))
    assert await deliver([parcel] * AT_ONCE) == [200] * AT_ONCE
    assert end(books, order) == (20, 0, 1)
    with books.reading() as session:
        assert len(session.exec(select(WebhookEvent)).all()) == 1


async def test_fifty_events_with_the_same_news_grant_once(books: Database, order: Order) -> None:
    parcels = [signed(event("checkout.session.completed", session_of(order))) for _ in range(AT_ONCE)]
    assert await deliver(parcels) == [200] * AT_ONCE
    assert end(books, order) == (20, 0, 1)


async def test_a_payment_and_its_refunds_that_arrive_together_miss_nothing(
    books: Database, order: Order
) -> None:
    parcels = [signed(event("refund.created", refund_of(order, 90))) for _ in range(AT_ONCE - 1)]
    parcels.insert(AT_ONCE // 2, signed(event("checkout.session.completed", session_of(order))))
    assert await deliver(parcels) == [200] * AT_ONCE
    returned = 20 * 90 * (AT_ONCE - 1) // 4500
    assert end(books, order)[:2] == (20 - returned, 0)


def test_a_payment_waits_for_a_refund_that_is_just_being_written(books: Database, order: Order) -> None:
    """Neither has seen the other when it begins: the payment's id is not known, nor is the refund."""
    refund = PaymentReturnFacts("re_1", payment_id_of(order), ReturnKind.REFUND, 4500, "succeeded", 0)

    def pay() -> None:
        with books.unscoped() as session:
            orders.settle(session, order.id, Payment(PaymentOutcome.PAID, payment_id=refund.payment_id))

    payment = threading.Thread(target=pay)
    with books.unscoped() as session:
        assert orders.take_back(session, refund) is None
        payment.start()
        payment.join(0.5)
    payment.join()
    assert end(books, order) == (0, 0, 2)


def test_an_event_waits_for_a_deletion_that_erases_it(books: Database, order: Order) -> None:
    """Both hold what the other wants next, unless both begin with the same."""
    said = event("checkout.session.completed", session_of(order))
    with books.unscoped() as session:
        row = WebhookEvent(source=webhook.SOURCE, event_id=said["id"], kind=said["type"], payload=said)
        session.add(row)
    answers: list[bool] = []

    def handle() -> None:
        answers.append(asyncio.run(webhook.receive(get_settings(), b"", said)))

    event_comes = threading.Thread(target=handle)
    with books.unscoped() as session:
        orders.one_at_a_time(session)
        session.get_one(Order, order.id)  # SQLite locks with the first statement.
        event_comes.start()
        event_comes.join(0.5)
        session.exec(update(WebhookEvent).values(payload={}, handled_at=now()))
    event_comes.join()
    assert answers == [True]
    assert end(books, order) == (0, 0, 0), "erased is handled"
