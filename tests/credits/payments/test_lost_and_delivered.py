"""Events by webhook and by Stripe's list, in any order and how often: the same end."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from echoes.credits import ledger
from echoes.credits.payments import missed_events, webhook
from echoes.credits.payments.missed_events import fetch_missed_events
from echoes.database import Database
from echoes.models import CreditEntry, Setting, User, WebhookEvent, new_id
from echoes.settings import get_settings
from tests.support.databases.migrated import ON_SQLITE, Join
from tests.support.payments.stripe import (
    Event,
    StripeStandIn,
    add_order,
    charge_of,
    dispute_of,
    event,
    refund_of,
    session_of,
)

pytestmark = pytest.mark.slow
HOUR = 3600


def story(books: Database, owner: UUID) -> list[Event]:
    """All that happens to one order: bought, refunded in part, disputed for a half, and the dispute won."""
    with books.unscoped() as session:
        order = add_order(session, owner)
    happened = [
        ("checkout.session.completed", session_of(order)),
        ("charge.succeeded", charge_of(order)),
        ("refund.created", refund_of(order, 900, "pending", "first")),
        ("charge.refunded", charge_of(order, refunded=900)),
        ("refund.updated", refund_of(order, 900, "succeeded", "first")),
        ("charge.dispute.created", dispute_of(order, "needs_response", 2250)),
        ("charge.dispute.closed", dispute_of(order, "won", 2250)),
    ]
    begin = int(time.time()) - HOUR
    return [event(kind, about, begin + number) for number, (kind, about) in enumerate(happened)]


def forget_looks(books: Database) -> None:
    """As if the last look had been two hours ago."""
    value = {"until": int(time.time()) - 2 * HOUR}
    with books.unscoped() as session:
        mark = session.exec(select(Setting)).one_or_none()
        mark = mark or Setting(name=missed_events.LOOKED_UNTIL, version=1, value=value)
        mark.value = value
        session.add(mark)


def balances(books: Database, user_id: UUID) -> tuple[int, int]:
    with books.reading() as session:
        person = session.get_one(User, user_id)
        assert ledger.differences(session) == []
        return person.balance, person.debt


async def deliver(said: Event) -> None:
    assert await webhook.receive(get_settings(), b"", said)


@ON_SQLITE
@settings(max_examples=12, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.lists(st.integers(0, 6), max_size=8), after=st.lists(st.integers(0, 6), max_size=4))
def test_what_is_lost_and_what_is_delivered_add_up(
    books: Database, join: Join, stripe_stand_in: StripeStandIn, before: list[int], after: list[int]
) -> None:
    anna = join(str(new_id()))
    said = story(books, anna)
    stripe_stand_in.events = list(said)
    forget_looks(books)

    async def live() -> None:
        for number in before:
            await deliver(said[number])
        assert await fetch_missed_events(get_settings()) == len(said) - len(set(before))
        for number in after:
            await deliver(said[number])
        assert await fetch_missed_events(get_settings()) == 0

    asyncio.run(live())
    assert balances(books, anna) == (16, 0)


def test_two_workers_that_look_while_all_is_delivered_move_each_credit_once(
    books: Database, join: Join, stripe_stand_in: StripeStandIn
) -> None:
    people = [join(f"Anna {number}") for number in range(4)]
    said = [made for anna in people for made in story(books, anna)]
    stripe_stand_in.events = sorted(said, key=lambda made: int(made["created"]))
    forget_looks(books)

    async def deliver_all() -> None:
        await asyncio.gather(*map(deliver, said))

    def look() -> Coroutine[Any, Any, int]:
        return fetch_missed_events(get_settings())

    errors = at_once([look, look, deliver_all])
    assert errors == []
    assert [balances(books, anna) for anna in people] == [(16, 0)] * len(people)
    with books.reading() as session:
        rows = session.exec(select(WebhookEvent)).all()
        assert len(rows) == len(said)
        assert all(row.handled_at for row in rows)
        bought = [entry for entry in session.exec(select(CreditEntry)) if entry.kind == "purchase"]
        assert len(bought) == len(people)


def test_two_first_looks_leave_one_mark(
    books: Database, stripe_stand_in: StripeStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(missed_events, "SLICE", missed_events.LISTED)
    assert at_once([lambda: fetch_missed_events(get_settings())] * 4) == []
    with books.reading() as session:
        (mark,) = session.exec(select(Setting)).all()
    assert mark.value["until"] == pytest.approx(time.time() - 600, abs=300)


def at_once(works: list[Callable[[], Coroutine[Any, Any, Any]]]) -> list[BaseException]:
    """Each in a thread and a loop of its own, as in workers; what went wrong."""
    errors: list[BaseException] = []
    start = threading.Barrier(len(works))

    def run(work: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        start.wait()
        try:
            asyncio.run(work())
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors
