"""The ledger: every credit moves once, the balance is never negative, and what is written stays."""

from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session, col, delete, select, update

from echoes.credits import ledger
from echoes.credits.ledger import Difference, Movement
from echoes.database import Database
from echoes.errors import NotFound, OutOfCredits
from echoes.models import CreditEntry, EntryKind, User, new_id
from tests.support.databases.migrated import Join


def gift(amount: int, reference: str = "gift:1") -> Movement:
    return Movement(EntryKind.GRANT, amount, reference, "A gift")


def clip(amount: int, reference: str = "take:1") -> Movement:
    return Movement(EntryKind.GENERATION, amount, reference, "A clip")


def undo(amount: int, reference: str = "re_1") -> Movement:
    return Movement(EntryKind.REVERSAL, amount, reference, "An order was refunded")


def state(session: Session, user_id: UUID) -> tuple[int, int]:
    user = session.get_one(User, user_id)
    return user.balance, user.debt


@pytest.fixture
def anna(join: Join) -> UUID:
    return join("Anna")


def test_a_gift_and_a_clip_are_two_entries_and_a_balance(books: Database, anna: UUID) -> None:
    with books.unscoped() as session:
        ledger.give(session, anna, gift(5))
        subject = new_id()
        ledger.spend(session, anna, Movement(EntryKind.GENERATION, 2, "take:1", "A clip", subject))
        assert state(session, anna) == (3, 0)
    with books.reading_as(anna) as session:
        newest, oldest = ledger.entries_of(session, anna)
        assert (newest.amount, newest.balance_after, newest.subject_id) == (-2, 3, subject)
        assert (oldest.amount, oldest.balance_after, oldest.note) == (5, 5, "A gift")
        assert ledger.balance_of(session, anna) == 3


def test_a_person_spends_in_a_session_of_their_own(books: Database, anna: UUID) -> None:
    with books.unscoped() as session:
        ledger.give(session, anna, gift(5))
    with books.acting_as(anna) as session:
        assert session.user.balance == 5
        ledger.spend(session, anna, clip(2))
        assert session.user.balance == 3


def test_nobody_spends_what_is_anothers(books: Database, anna: UUID, join: Join) -> None:
    with books.unscoped() as session:
        ledger.give(session, anna, gift(5))
    with pytest.raises(NotFound), books.acting_as(join("Stranger")) as session:
        ledger.spend(session, anna, clip(1))
    with books.reading() as session:
        assert ledger.balance_of(session, anna) == 5


def test_what_is_too_dear_is_refused_in_words_and_changes_nothing(books: Database, anna: UUID) -> None:
    with books.unscoped() as session:
        ledger.give(session, anna, gift(2))
    with pytest.raises(OutOfCredits, match="You need 4 more credits") as refusal, books.acting_as(anna) as s:
        ledger.spend(s, anna, clip(6))
    assert (refusal.value.needed, refusal.value.balance) == (6, 2)
    with books.reading() as session:
        assert state(session, anna) == (2, 0)
        assert len(ledger.entries_of(session, anna)) == 1


def test_several_clips_are_refused_together(books: Database, anna: UUID) -> None:
    with books.unscoped() as session:
        ledger.give(session, anna, gift(2))
        ledger.require(session, anna, 2)
        with pytest.raises(OutOfCredits, match="You need 1 more credit for this"):
            ledger.require(session, anna, 3)


@pytest.mark.parametrize("move", [ledger.spend, ledger.give, ledger.claw_back])
def test_the_same_movement_is_made_once(books: Database, anna: UUID, move: object) -> None:
    assert callable(move)
    with books.unscoped() as session:
        ledger.give(session, anna, gift(9, "gift:first"))
        assert move(session, anna, gift(4)) is not None
        after = state(session, anna)
    with books.unscoped() as session:
        assert move(session, anna, gift(4)) is None
        assert state(session, anna) == after


def test_another_kind_with_the_same_reference_is_another_movement(books: Database, anna: UUID) -> None:
    with books.unscoped() as session:
        ledger.give(session, anna, gift(1))
        ledger.spend(session, anna, clip(1))
        ledger.give(session, anna, Movement(EntryKind.REFUND, 1, "take:1", "The clip failed"))
        assert state(session, anna) == (1, 0)


def test_what_was_spent_and_is_taken_back_becomes_a_debt_that_new_credits_pay_first(
    books: Database, anna: UUID
) -> None:
    with books.unscoped() as session:
        ledger.give(session, anna, gift(5))
        ledger.spend(session, anna, clip(4))
        entry = ledger.claw_back(session, anna, undo(5))
        assert entry is not None
        assert (entry.amount, entry.balance_after, entry.debt_after) == (-5, 0, 4)
        with pytest.raises(OutOfCredits):
            ledger.spend(session, anna, clip(1, "take:2"))
        ledger.give(session, anna, gift(3, "gift:2"))
        assert state(session, anna) == (0, 1)
        ledger.give(session, anna, gift(3, "gift:3"))
        assert state(session, anna) == (2, 0)
        assert ledger.differences(session) == []


@pytest.mark.parametrize("amount", [0, -1])
def test_a_movement_of_nothing_is_a_mistake_of_ours(amount: int) -> None:
    with pytest.raises(ValueError, match="gift:1"):
        gift(amount)


def test_the_same_reference_for_two_people_is_refused_by_the_database(
    books: Database, anna: UUID, join: Join
) -> None:
    paul = join("Paul")
    with books.unscoped() as session:
        ledger.give(session, anna, gift(1))
        session.add(entry_of(paul, gift(1)))
        with pytest.raises(IntegrityError):
            session.flush()
        session.rollback()


def entry_of(user_id: UUID, movement: Movement) -> CreditEntry:
    return CreditEntry(
        owner_id=user_id, kind=movement.kind, reference=movement.reference, amount=movement.amount,
        balance_after=0,
    )  # fmt: skip


@pytest.mark.parametrize("column", ["balance", "debt"])
def test_the_database_forbids_a_negative_balance_and_a_negative_debt(
    books: Database, anna: UUID, column: str
) -> None:
    with pytest.raises(IntegrityError), books.unscoped() as session:
        session.exec(update(User).where(col(User.id) == anna).values({column: -1}))


def test_every_movement_raises_the_revision_that_open_tabs_watch(books: Database, anna: UUID) -> None:
    with books.unscoped() as session:
        ledger.give(session, anna, gift(5))
        ledger.spend(session, anna, clip(1))
        ledger.claw_back(session, anna, undo(1))
        assert session.get_one(User, anna).revision == 3


def test_a_long_history_is_paged_by_key(books: Database, anna: UUID) -> None:
    with books.unscoped() as session:
        for number in range(7):
            ledger.give(session, anna, gift(number + 1, f"gift:{number}"))
        first = ledger.entries_of(session, anna, limit=4)
        rest = ledger.entries_of(session, anna, before=first[-1].id, limit=4)
    assert [entry.amount for entry in [*first, *rest]] == [7, 6, 5, 4, 3, 2, 1]


class TestWhatIsWritten:
    @pytest.fixture(autouse=True)
    def written(self, books: Database, anna: UUID) -> None:
        with books.unscoped() as session:
            ledger.give(session, anna, gift(5))

    @pytest.mark.parametrize(
        "change",
        [
            sa.text("UPDATE credit_entries SET amount = 50"),
            sa.text("UPDATE credit_entries SET note = 'Another gift'"),
            sa.text("UPDATE credit_entries SET note = ''"),
            sa.text("UPDATE credit_entries SET owner_id = NULL, note = 'Another gift'"),
            sa.text("UPDATE credit_entries SET owner_id = NULL, amount = 1"),
            sa.text("UPDATE credit_entries SET owner_id = id"),
            sa.text("DELETE FROM credit_entries"),
            update(CreditEntry).values(reference="gift:2"),
            delete(CreditEntry),
        ],
        ids=str,
    )
    def test_is_neither_changed_nor_deleted(self, books: Database, anna: UUID, change: sa.Executable) -> None:
        with pytest.raises(DBAPIError, match="never changed or deleted"), books.unscoped() as session:
            session.execute(change)
        with books.reading() as session:
            (entry,) = ledger.entries_of(session, anna)
            assert (entry.amount, entry.reference, entry.note) == (5, "gift:1", "A gift")

    def test_stays_without_a_name_when_the_person_is_gone(self, books: Database, anna: UUID) -> None:
        with books.unscoped() as session:
            session.delete(session.get_one(User, anna))
        with books.reading() as session:
            (entry,) = session.exec(select(CreditEntry)).all()
            assert (entry.owner_id, entry.amount, entry.note) == (None, 5, "")
            assert ledger.differences(session) == []

    @pytest.mark.parametrize("broken", [{"balance": 4}, {"debt": 2}, {"balance": 7, "debt": 2}], ids=str)
    def test_is_what_a_balance_is_judged_by(
        self, books: Database, anna: UUID, broken: dict[str, int], join: Join
    ) -> None:
        join("Paul")
        with books.unscoped() as session:
            assert ledger.differences(session) == []
            session.exec(update(User).where(col(User.id) == anna).values(broken))
        expected = Difference(anna, entries=5, **({"balance": 5, "debt": 0} | broken))
        with books.reading() as session:
            assert ledger.differences(session) == ledger.differences(session, anna) == [expected]
