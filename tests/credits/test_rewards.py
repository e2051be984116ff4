"""Rewards: each once, never for oneself, and no more than operators allow."""

from uuid import UUID

import pytest
from sqlmodel import Session, col, delete

from echoes import configuration
from echoes.accounts.people import sign_in_locally
from echoes.configuration import Rewards
from echoes.credits import ledger, rewards
from echoes.credits.ledger import Movement
from echoes.database import Database
from echoes.models import EntryKind, Order, OrderState, User, now
from echoes.settings import Settings, get_settings
from tests.support.books import ON_SQLITE, Join
from tests.support.rows import add_project, add_video

pytestmark = ON_SQLITE
PURCHASE = 5


def buy(session: Session, user_id: UUID, card: str | None = None) -> Order:
    """A paid order, as it is settled."""
    order = Order(
        owner_id=user_id, credits=PURCHASE, price_cents=1500, currency="usd", state=OrderState.PAID,
        payment_fingerprint=card,
    )  # fmt: skip
    session.add(order)
    session.flush()
    ledger.give(session, user_id, Movement(EntryKind.PURCHASE, PURCHASE, f"order:{order.id}", "5 credits"))
    rewards.on_first_purchase(session, order)
    return order


def earned(session: Session, user_id: UUID, kind: EntryKind = EntryKind.REFERRAL) -> int:
    return sum(entry.amount for entry in ledger.entries_of(session, user_id) if entry.kind == kind)


def set_rewards(session: Session, **amounts: int) -> None:
    configuration.write(session, Rewards(**amounts), author_id=None)


class TestSigningUp:
    def test_gives_enough_for_a_whole_film_in_local_mode(self, books: Database) -> None:
        with books.unscoped() as session:
            user = sign_in_locally(session, get_settings(), "Rosa")
            again = sign_in_locally(session, get_settings(), "Rosa")
            assert user.balance == again.balance == Rewards().sign_up_locally
            (entry,) = ledger.entries_of(session, user.id)
            assert (entry.kind, entry.reference, entry.note) == (
                EntryKind.GRANT, f"sign_up:{user.id}", "A welcome gift",
            )  # fmt: skip

    def test_gives_one_credit_in_production(
        self, books: Database, join: Join, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rewards, "get_settings", lambda: Settings(mode="production"))
        with books.unscoped() as session:
            user = session.get_one(User, join())
            rewards.on_sign_up(session, user)
            rewards.on_sign_up(session, user)
            assert user.balance == 1

    def test_gives_what_operators_set_and_nothing_for_0(self, books: Database) -> None:
        with books.unscoped() as session:
            set_rewards(session, sign_up_locally=3)
            assert sign_in_locally(session, get_settings(), "Rosa").balance == 3
            set_rewards(session, sign_up_locally=0)
            paul = sign_in_locally(session, get_settings(), "Paul")
            assert (paul.balance, ledger.entries_of(session, paul.id)) == (0, [])


class TestAFriendsPurchase:
    @pytest.fixture
    def anna(self, join: Join) -> UUID:
        return join("Anna", email="anna@example.org")

    def test_rewards_both_sides_once(self, books: Database, join: Join, anna: UUID) -> None:
        friend = join("Friend", referred_by_id=anna)
        with books.unscoped() as session:
            set_rewards(session, referral_friend=3, referral_referrer=4)
            order = buy(session, friend)
            rewards.on_first_purchase(session, order)
            assert (earned(session, friend), earned(session, anna)) == (3, 4)
            (entry,) = ledger.entries_of(session, anna)
            assert (entry.reference, entry.subject_id) == (f"friend:{friend}", friend)

    def test_is_rewarded_only_when_it_is_the_first(self, books: Database, join: Join, anna: UUID) -> None:
        friend = join("Friend")
        with books.unscoped() as session:
            buy(session, friend)
            session.get_one(User, friend).referred_by_id = anna
            buy(session, friend)
            assert (earned(session, friend), earned(session, anna)) == (0, 0)

    def test_of_somebody_whom_nobody_invited_earns_nothing(self, books: Database, anna: UUID) -> None:
        with books.unscoped() as session:
            buy(session, anna)
            assert earned(session, anna) == 0

    @pytest.mark.parametrize(
        "facts", [{"email": "Anna@Example.org"}, {"email": "anna@example.org"}], ids=["case", "same"]
    )
    def test_earns_nothing_when_the_friend_has_the_same_address(
        self, books: Database, join: Join, anna: UUID, facts: dict[str, str]
    ) -> None:
        twin = join("Twin", referred_by_id=anna, **facts)
        with books.unscoped() as session:
            buy(session, twin)
            assert (earned(session, twin), earned(session, anna)) == (0, 0)

    def test_earns_nothing_when_somebody_invited_themselves(self, books: Database, anna: UUID) -> None:
        with books.unscoped() as session:
            session.get_one(User, anna).referred_by_id = anna
            buy(session, anna)
            assert earned(session, anna) == 0

    def test_earns_nothing_with_a_card_that_paid_for_another_account(
        self, books: Database, join: Join, anna: UUID
    ) -> None:
        twin, friend = (join(name, referred_by_id=anna) for name in ("Twin", "Friend"))
        with books.unscoped() as session:
            buy(session, anna, card="card-1")
            buy(session, twin, card="card-1")
            assert (earned(session, twin), earned(session, anna)) == (0, 0)
            buy(session, friend, card="card-2")
            assert (earned(session, friend), earned(session, anna)) == (2, 2)

    def test_earns_nothing_with_the_card_of_an_account_that_is_gone(
        self, books: Database, join: Join, anna: UUID
    ) -> None:
        before, twin = join("Before"), join("Twin", referred_by_id=anna)
        with books.unscoped() as session:
            buy(session, before, card="card-1")
            session.exec(delete(User).where(col(User.id) == before))
            buy(session, twin, card="card-1")
            assert (earned(session, twin), earned(session, anna)) == (0, 0)

    def test_rewards_the_inviting_side_up_to_a_cap(self, books: Database, join: Join, anna: UUID) -> None:
        friends = [join(f"Friend {number}", referred_by_id=anna) for number in range(3)]
        with books.unscoped() as session:
            set_rewards(session, referral_cap=2, referral_referrer=1, referral_friend=1)
            for friend in friends:
                buy(session, friend)
            assert earned(session, anna) == 2
            assert [earned(session, friend) for friend in friends] == [1, 1, 1]

    def test_rewards_nobody_who_is_suspended(self, books: Database, join: Join, anna: UUID) -> None:
        friend = join("Friend", referred_by_id=anna)
        with books.unscoped() as session:
            session.get_one(User, anna).suspended_at = now()
            buy(session, friend)
            assert (earned(session, friend), earned(session, anna)) == (2, 0)

    def test_of_an_account_that_is_gone_earns_nothing(self, books: Database, join: Join, anna: UUID) -> None:
        friend = join("Friend", referred_by_id=anna)
        with books.unscoped() as session:
            order = Order(owner_id=None, credits=5, price_cents=1500, currency="usd", state=OrderState.PAID)
            session.add(order)
            session.flush()
            rewards.on_first_purchase(session, order)
            assert (earned(session, friend), earned(session, anna)) == (0, 0)


class TestAFilmThatIsWatched:
    def test_earns_once(self, books: Database, join: Join) -> None:
        anna = join()
        with books.unscoped() as session:
            video = add_video(session, add_project(session, anna))
            rewards.on_foreign_view(session, video.id)
            rewards.on_foreign_view(session, video.id)
            (entry,) = ledger.entries_of(session, anna)
            assert (entry.kind, entry.amount, entry.subject_id) == (EntryKind.SHARE, 1, video.id)

    def test_earns_up_to_a_cap_for_each_person(self, books: Database, join: Join) -> None:
        anna, paul = join("Anna"), join("Paul")
        with books.unscoped() as session:
            set_rewards(session, share=2, share_cap=2)
            for owner, films in ((anna, 3), (paul, 1)):
                project = add_project(session, owner)
                for _ in range(films):
                    rewards.on_foreign_view(session, add_video(session, project).id)
            assert earned(session, anna, EntryKind.SHARE) == 4
            assert earned(session, paul, EntryKind.SHARE) == 2

    def test_that_is_gone_earns_nothing(self, books: Database, join: Join) -> None:
        anna = join()
        with books.unscoped() as session:
            rewards.on_foreign_view(session, anna)
            assert ledger.entries_of(session, anna) == []
