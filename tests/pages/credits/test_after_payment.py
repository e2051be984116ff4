"""The page after paying: thanks when the payment is there, to the order's owner alone."""

from uuid import UUID

import pytest

from echoes.credits.payments import orders
from echoes.credits.payments.orders import Payment, PaymentOutcome
from echoes.database import Database
from tests.pages.credits.shopping import balance, name_of, opened
from tests.support.payments.stripe import add_order
from tests.support.tabs import OpenTab


async def test_thanks_are_said_when_the_payment_is_there_and_nothing_is_granted_before(
    open_tab: OpenTab, database: Database, anna: UUID
) -> None:
    with database.unscoped() as session:
        order = add_order(session, anna)
    page = f"/credits/thanks?session_id={order.stripe_session_id}"
    watch = f"{name_of('ThanksState')}.watch"
    waiting = await (await opened(open_tab, anna)).follow(watch, page)
    assert waiting.fields["order"].stage == "waiting"
    assert balance(database, anna) == 0, "the page grants nothing"
    with database.unscoped() as session:
        paid = Payment(PaymentOutcome.PAID, receipt_url="https://pay.stripe.com/receipts/1")
        orders.settle(session, order.id, paid)
    shown = (await (await opened(open_tab, anna)).follow(watch, page)).fields["order"]
    assert (shown.stage, shown.credits) == ("paid", "20 credits")
    assert shown.receipt == "https://pay.stripe.com/receipts/1"


@pytest.mark.parametrize("query", ["session_id={session}", "order={order}", "order={order}&session_id=no"])
async def test_an_order_is_shown_to_its_owner_alone(
    open_tab: OpenTab, database: Database, anna: UUID, stranger: UUID, query: str
) -> None:
    with database.unscoped() as session:
        order = add_order(session, anna)
    page = f"/credits/thanks?{query.format(order=order.id, session=order.stripe_session_id)}"
    watch = f"{name_of('ThanksState')}.watch"
    assert (await (await opened(open_tab, anna)).follow(watch, page)).fields["order"].stage == "waiting"
    assert (await (await opened(open_tab, stranger)).follow(watch, page)).fields["order"].stage == "missing"
    assert (await (await opened(open_tab, None)).send(watch, at=page)).redirect.startswith("/sign-in?next=")
