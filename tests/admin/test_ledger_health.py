"""Ledger health: what does not agree is found."""

from datetime import timedelta
from uuid import UUID

from echoes.admin import ledger_health
from echoes.admin.ledger_health import UnsettledTotals
from echoes.credits import ledger
from echoes.credits.ledger import Movement
from echoes.database import Database
from echoes.models import EntryKind, Order, OrderState, now
from tests.support.databases.fresh import NewUser


def order_of(owner_id: UUID, minutes: int, state: OrderState = OrderState.PENDING) -> Order:
    made = now() - timedelta(minutes=minutes)
    return Order(owner_id=owner_id, credits=5, price_cents=1, currency="usd", state=state, created_at=made)


def test_where_nobody_owes_there_is_nothing(database: Database, anna: UUID) -> None:
    with database.unscoped() as session:
        ledger.give(session, anna, Movement(EntryKind.GRANT, 5, "one", "a gift"))
    with database.reading() as session:
        assert (ledger_health.debtors(session), ledger_health.unsettled(session)) == ([], [])
        assert ledger_health.unsettled_totals(session) == UnsettledTotals(0, 0)


def test_debts_and_old_orders_are_shown(database: Database, anna: UUID) -> None:
    with database.unscoped() as session:
        ledger.claw_back(session, anna, Movement(EntryKind.REVERSAL, 5, "dispute", "a dispute"))
        session.add_all([order_of(anna, 20), order_of(anna, 1), order_of(anna, 20, OrderState.PAID)])
    with database.reading() as session:
        assert [user.id for user in ledger_health.debtors(session)] == [anna]
        assert [order.state for order in ledger_health.unsettled(session)] == [OrderState.PENDING]
        assert ledger_health.unsettled_totals(session) == UnsettledTotals(5, 1)


def test_who_owes_most_comes_first_page_by_page(database: Database, new_user: NewUser) -> None:
    # Two owe the same, at the seam of two pages.
    debts = {new_user(f"Person {number}"): number // 2 + 1 for number in range(5)}
    with database.unscoped() as session:
        for person, debt in debts.items():
            ledger.claw_back(session, person, Movement(EntryKind.REVERSAL, debt, str(person), "a dispute"))
    with database.reading() as session:
        first = ledger_health.debtors(session, limit=2)
        rest = ledger_health.debtors(session, after=(first[-1].debt, first[-1].id))
    found = [(user.id, user.debt) for user in (*first, *rest)]
    assert found == sorted(debts.items(), key=lambda one: (-one[1], one[0]))


def test_orders_that_wait_come_by_pages_the_oldest_first(database: Database, anna: UUID) -> None:
    with database.unscoped() as session:
        made = [order_of(anna, 20) for _ in range(5)]
        session.add_all(made)
    with database.reading() as session:
        first = ledger_health.unsettled(session, limit=3)
        rest = ledger_health.unsettled(session, after=first[-1].id, limit=3)
    assert [order.id for order in (*first, *rest)] == sorted(order.id for order in made)


def test_orders_are_narrowed_and_paged(database: Database, anna: UUID) -> None:
    with database.unscoped() as session:
        for number in range(5):
            state = OrderState.PAID if number % 2 else OrderState.PENDING
            session.add(Order(owner_id=anna, credits=number, price_cents=1, currency="usd", state=state))
            session.flush()
        session.add(Order(owner_id=None, credits=9, price_cents=1, currency="usd"))
    with database.reading() as session:
        first = ledger_health.orders(session, limit=3)
        rest = ledger_health.orders(session, before=first[-1][0].id)
        paid = ledger_health.orders(session, [OrderState.PAID])
        later = ledger_health.orders(session, since=now() + timedelta(minutes=1))
    assert [(order.credits, name) for order, name in first] == [(9, ""), (4, "Anna"), (3, "Anna")]
    assert [order.credits for order, _ in rest] == [2, 1, 0]
    assert [order.credits for order, _ in paid] == [3, 1]
    assert later == []
