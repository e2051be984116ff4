"""Is money right: what does not agree is found."""

from datetime import timedelta
from uuid import UUID

from echoes.admin import books
from echoes.credits import ledger
from echoes.credits.ledger import Movement
from echoes.database import Database
from echoes.models import EntryKind, Order, OrderState, User, now


def test_books_that_agree_are_empty(database: Database, anna: UUID) -> None:
    with database.unscoped() as session:
        ledger.give(session, anna, Movement(EntryKind.GRANT, 5, "one", "a gift"))
    with database.reading() as session:
        found = books.recompute(session)
    assert (found.differences, found.debtors, found.owed, found.unsettled) == ([], [], 0, [])


def test_a_balance_that_no_entry_explains_is_found(database: Database, anna: UUID) -> None:
    with database.unscoped() as session:
        ledger.give(session, anna, Movement(EntryKind.GRANT, 5, "one", "a gift"))
        session.get_one(User, anna).balance = 7
    with database.reading() as session:
        (difference,) = books.recompute(session).differences
    assert (difference.user_id, difference.balance, difference.entries) == (anna, 7, 5)


def test_debts_and_old_orders_are_shown(database: Database, anna: UUID) -> None:
    with database.unscoped() as session:
        ledger.claw_back(session, anna, Movement(EntryKind.REVERSAL, 5, "dispute", "a dispute"))
        for minutes, state in ((20, OrderState.PENDING), (1, OrderState.PENDING), (20, OrderState.PAID)):
            made = now() - timedelta(minutes=minutes)
            order = Order(
                owner_id=anna, credits=5, price_cents=1, currency="usd", state=state, created_at=made
            )
            session.add(order)
    with database.reading() as session:
        found = books.recompute(session)
        owing = books.owing(session)
    assert (found.owed, [user.id for user in found.debtors]) == (5, [anna])
    assert [order.state for order in found.unsettled] == [OrderState.PENDING]
    assert (owing.credits, owing.unsettled) == (5, 1)


def test_orders_are_narrowed_and_paged(database: Database, anna: UUID) -> None:
    with database.unscoped() as session:
        for number in range(5):
            state = OrderState.PAID if number % 2 else OrderState.PENDING
            session.add(Order(owner_id=anna, credits=number, price_cents=1, currency="usd", state=state))
            session.flush()
        session.add(Order(owner_id=None, credits=9, price_cents=1, currency="usd"))
    with database.reading() as session:
        first = books.orders(session, limit=3)
        rest = books.orders(session, before=first[-1][0].id)
        paid = books.orders(session, OrderState.PAID)
        later = books.orders(session, since=now() + timedelta(minutes=1))
    assert [(order.credits, name) for order, name in first] == [(9, ""), (4, "Anna"), (3, "Anna")]
    assert [order.credits for order, _ in rest] == [2, 1, 0]
    assert [order.credits for order, _ in paid] == [3, 1]
    assert later == []
