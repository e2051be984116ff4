"""Rewards: each once, never for oneself, and no more than operators allow."""

from itertools import permutations
from uuid import UUID

import pytest
from sqlmodel import Session, col, delete

from echoes import operator_settings
from echoes.accounts.sign_up import sign_in_locally
from echoes.credits import ledger, rewards
from echoes.credits.ledger import Movement
from echoes.credits.payments import orders
from echoes.credits.payments.orders import Payment, PaymentOutcome
from echoes.credits.payments.refunds_and_disputes import PaymentReturnFacts
from echoes.database import Database
from echoes.models import EntryKind, Order, OrderState, ReturnKind, User, new_id, now
from echoes.operator_settings import Rewards
from echoes.settings import Settings, get_settings
from tests.support.databases.migrated import ON_SQLITE, Join
from tests.support.databases.rows import add_project, add_video
from tests.support.payments.stripe import add_order, payment_id_of

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


def tell(session: Session, order: Order, said: str, cents: int = 1500) -> None:
    """What the payment service says of it: `paid`, or how far its refund has come."""
    payment_id = payment_id_of(order)
    if said == "paid":
        orders.settle(session, order.id, Payment(PaymentOutcome.PAID, payment_id=payment_id))
        return
    status = {"asked": "pending", "refunded": "succeeded", "failed": "failed"}[said]
    back = PaymentReturnFacts(f"re_{order.id.hex}", payment_id, ReturnKind.REFUND, cents, status, said_at=1)
    orders.take_back(session, back)


def balance_of(session: Session, user_id: UUID) -> int:
    session.expire_all()
    return ledger.balance_of(session, user_id)


def earned(session: Session, user_id: UUID, kind: EntryKind = EntryKind.REFERRAL) -> int:
    return sum(entry.amount for entry in ledger.entries_of(session, user_id) if entry.kind == kind)


def set_rewards(session: Session, **amounts: int) -> None:
    operator_settings.write(session, Rewards(**amounts), author_id=None)


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
            assert (entry.reference, entry.subject_id) == (f"friend:{friend}", order.id)

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


class TestAPurchaseThatIsGivenBack:
    @pytest.fixture
    def anna(self, join: Join) -> UUID:
        return join("Anna")

    @pytest.fixture
    def friend(self, join: Join, anna: UUID) -> UUID:
        return join("Friend", referred_by_id=anna)

    @pytest.mark.parametrize("end", ["refunded", "failed"])
    @pytest.mark.parametrize("order_of_news", list(permutations(range(3))), ids=str)
    def test_takes_both_gifts_along_for_good_however_it_is_told(
        self, books: Database, anna: UUID, friend: UUID, end: str, order_of_news: tuple[int, ...]
    ) -> None:
        news = [("paid", "asked", end)[number] for number in order_of_news]
        with books.unscoped() as session:
            order = add_order(session, friend, size=5, cents=1500)
            for said in (*news, *news):
                tell(session, order, said)
            left = (0, 0) if end == "refunded" else (7, 2)
            assert (balance_of(session, friend), balance_of(session, anna)) == left
            assert ledger.differences(session) == []

    def test_says_so_on_both_statements(self, books: Database, anna: UUID, friend: UUID) -> None:
        with books.unscoped() as session:
            order = add_order(session, friend, size=5, cents=1500)
            for said in ("paid", "refunded", "failed"):
                tell(session, order, said)
            for person, (gone, again), gift in (
                (friend, rewards.OWN_RETURNED, rewards.CAME_INVITED),
                (anna, rewards.RETURNED, rewards.FRIEND_BOUGHT),
            ):
                notes = [entry.note for entry in ledger.entries_of(session, person)]
                assert [note for note in notes if note in (gone, again, gift)] == [again, gone, gift]

    def test_in_part_takes_no_gift(self, books: Database, anna: UUID, friend: UUID) -> None:
        with books.unscoped() as session:
            order = add_order(session, friend, size=5, cents=1500)
            tell(session, order, "paid")
            tell(session, order, "refunded", cents=1499)
            assert (balance_of(session, friend), balance_of(session, anna)) == (3, 2)

    def test_that_was_not_the_first_takes_no_gift(self, books: Database, anna: UUID, friend: UUID) -> None:
        with books.unscoped() as session:
            tell(session, add_order(session, friend, size=5, cents=1500), "paid")
            second = add_order(session, friend, size=5, cents=1500)
            for said in ("paid", "refunded"):
                tell(session, second, said)
            assert (balance_of(session, friend), balance_of(session, anna)) == (7, 2)

    def test_makes_a_debt_of_gifts_that_are_spent(self, books: Database, anna: UUID, friend: UUID) -> None:
        with books.unscoped() as session:
            order = add_order(session, friend, size=5, cents=1500)
            tell(session, order, "paid")
            for person, all_of_it in ((friend, 7), (anna, 2)):
                clip = Movement(EntryKind.GENERATION, all_of_it, f"take:{new_id()}", "A clip")
                ledger.spend(session, person, clip)
            tell(session, order, "refunded")
            owed = [session.get_one(User, person).debt for person in (friend, anna)]
            assert owed == [7, 2]

    def test_takes_the_inviting_sides_gift_when_the_friend_has_left(
        self, books: Database, anna: UUID, friend: UUID
    ) -> None:
        with books.unscoped() as session:
            order = add_order(session, friend, size=5, cents=1500)
            tell(session, order, "paid")
        with books.unscoped() as session:
            session.exec(delete(User).where(col(User.id) == friend))
        with books.unscoped() as session:
            tell(session, order, "refunded")
            assert balance_of(session, anna) == 0


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

    def test_earns_nothing_for_somebody_who_is_suspended(self, books: Database, join: Join) -> None:
        anna = join(suspended_at=now())
        with books.unscoped() as session:
            rewards.on_foreign_view(session, add_video(session, add_project(session, anna)).id)
            assert ledger.entries_of(session, anna) == []

    def test_that_is_gone_earns_nothing(self, books: Database, join: Join) -> None:
        anna = join()
        with books.unscoped() as session:
            rewards.on_foreign_view(session, anna)
            assert ledger.entries_of(session, anna) == []
