"""Concurrency of the ledger: no credit moves twice, none is lost, and nobody waits for ever."""

from functools import partial
from uuid import UUID

import pytest
from sqlmodel import Session

from echoes import operator_settings
from echoes.credits import ledger, rewards
from echoes.credits.ledger import Movement
from echoes.database import Database, revisions
from echoes.errors import OutOfCredits
from echoes.models import EntryKind, Order, OrderState, User, Video
from echoes.operator_settings import Rewards
from echoes.projects import service as projects
from tests.support.crowds import all_at_once
from tests.support.databases.migrated import Join
from tests.support.databases.rows import add_photo, add_project, add_video

pytestmark = pytest.mark.slow

AT_ONCE = 50


def given(books: Database, user_id: UUID, amount: int, reference: str = "gift:1") -> str:
    with books.unscoped() as session:
        movement = Movement(EntryKind.GRANT, amount, reference, "A gift")
        return "given" if ledger.give(session, user_id, movement) else "known"


def spent(books: Database, user_id: UUID, reference: str) -> str:
    try:
        with books.acting_as(user_id) as session:
            ledger.spend(session, user_id, Movement(EntryKind.GENERATION, 1, reference, "A clip"))
    except OutOfCredits:
        return "refused"
    return "spent"


def ledger_agrees(session: Session, user_id: UUID, balance: int, entries: int) -> bool:
    written = ledger.entries_of(session, user_id, limit=1000)
    assert ledger.differences(session) == []
    return (ledger.balance_of(session, user_id), len(written)) == (balance, entries)


def test_fifty_debits_against_ten_credits_leave_exactly_ten(books: Database, join: Join) -> None:
    anna = join()
    given(books, anna, 10)
    answers = all_at_once([partial(spent, books, anna, f"take:{n}") for n in range(AT_ONCE)])
    assert answers == {"spent": 10, "refused": 40}
    with books.reading() as session:
        assert ledger_agrees(session, anna, balance=0, entries=11)


def test_the_same_reference_fifty_times_is_given_once(books: Database, join: Join) -> None:
    anna = join()
    answers = all_at_once([partial(given, books, anna, 5)] * AT_ONCE)
    assert answers == {"given": 1, "known": 49}
    with books.reading() as session:
        assert ledger_agrees(session, anna, balance=5, entries=1)


def test_gifts_and_debits_crosswise_lose_no_update(books: Database, join: Join) -> None:
    anna = join()
    given(books, anna, 25, "gift:first")
    gifts = [partial(given, books, anna, 2, f"gift:{n}") for n in range(25)]
    debits = [partial(spent, books, anna, f"take:{n}") for n in range(25)]
    assert all_at_once([*gifts, *debits]) == {"given": 25, "spent": 25}
    with books.reading() as session:
        assert ledger_agrees(session, anna, balance=50, entries=51)


def test_debits_in_two_projects_beside_uploads_do_not_wait_for_each_other(
    books: Database, join: Join
) -> None:
    """A debit locks its project, then its user. New rows refer to both, and a change of a project raises the
    user's revision."""
    anna = join()
    given(books, anna, AT_ONCE)
    with books.unscoped() as session:
        one, two = add_project(session, anna, "One").id, add_project(session, anna, "Two").id

    def animate(project_id: UUID, number: int) -> str:
        with books.acting_as(anna) as session:
            projects.lock(session, project_id)
            ledger.spend(session, anna, Movement(EntryKind.GENERATION, 1, f"take:{number}", "A clip"))
            revisions.touch(session, project_id)
        return "animated"

    def upload(project_id: UUID, number: int) -> str:
        with books.acting_as(anna) as session:
            add_photo(session, projects.get(session, project_id), f"{number}.jpg")
            revisions.touch(session, project_id)
        return "uploaded"

    calls = [
        partial(act, project, 2 * number + place)
        for number in range(6)
        for act in (animate, upload)
        for place, project in enumerate((one, two))
    ]
    assert all_at_once(calls) == {"animated": 12, "uploaded": 12}
    with books.reading() as session:
        assert ledger.balance_of(session, anna) == AT_ONCE - 12


def test_friends_who_buy_at_once_do_not_pass_the_cap(books: Database, join: Join) -> None:
    with books.unscoped() as session:
        operator_settings.write(
            session, Rewards(referral_referrer=2, referral_friend=2, referral_cap=3), None
        )
    anna = join()
    friends = [join(f"Friend {number}", referred_by_id=anna) for number in range(8)]

    def buy(friend: UUID) -> str:
        with books.unscoped() as session:
            order = Order(owner_id=friend, credits=5, price_cents=1500, currency="usd", state=OrderState.PAID)
            session.add(order)
            session.flush()
            ledger.give(session, friend, Movement(EntryKind.PURCHASE, 5, f"order:{order.id}", "5 credits"))
            rewards.on_first_purchase(session, order)
        return "bought"

    assert all_at_once([partial(buy, friend) for friend in friends]) == {"bought": 8}
    with books.reading() as session:
        assert ledger.balance_of(session, anna) == 2 * 3
        assert session.get_one(User, friends[0]).balance == 7


def test_a_film_watched_by_many_at_once_earns_once(books: Database, join: Join) -> None:
    anna = join()
    with books.unscoped() as session:
        video: Video = add_video(session, add_project(session, anna))

    def watch() -> str:
        with books.unscoped() as session:
            rewards.on_foreign_view(session, video.id)
        return "watched"

    assert all_at_once([watch] * 20) == {"watched": 20}
    with books.reading() as session:
        assert ledger_agrees(session, anna, balance=1, entries=1)
