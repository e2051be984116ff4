"""State machine test of credits: purchase, refund, dispute, generation, failure, in any order and number.

Balance less debt is the sum of the entries, and what a plain model says that knows nothing of databases.
"""

from dataclasses import dataclass, field
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from echoes.credits import ledger
from echoes.credits.ledger import Movement
from echoes.credits.payments import orders
from echoes.credits.payments.orders import Payment, PaymentOutcome
from echoes.credits.payments.refunds_and_disputes import PaymentReturnFacts
from echoes.database import Database
from echoes.errors import OutOfCredits
from echoes.models import CreditPack, EntryKind, ReturnKind, User, new_id
from tests.support.databases.migrated import Join

pytestmark = pytest.mark.slow

REFUND = ("pending", "succeeded", "failed")
WON, LOST = ("needs_response", "under_review", "won"), ("needs_response", "under_review", "lost")
TAKEN = {"pending", "succeeded", "needs_response", "under_review", "lost"}


@dataclass
class Back:
    """A refund or a dispute, and how far it has come by what was said."""

    stripe_id: str
    kind: ReturnKind
    cents: int
    course: tuple[str, ...]
    heard: int = -1


@dataclass
class Sale:
    order_id: UUID
    payment_id: str
    credits: int
    cents: int
    is_paid: bool = False
    backs: list[Back] = field(default_factory=list)

    def worth(self) -> int:
        """In credits, after what went back of its money."""
        gone = sum(back.cents for back in self.backs if back.heard >= 0 and back.course[back.heard] in TAKEN)
        return self.credits - self.credits * min(gone, self.cents) // self.cents if self.is_paid else 0


@dataclass
class Clip:
    take_id: UUID
    price: int
    is_spent: bool = False
    is_refunded: bool = False

    def worth(self) -> int:
        return -self.price if self.is_spent and not self.is_refunded else 0


class Life(RuleBasedStateMachine):
    """Of one person's credits."""

    sales, backs, clips = Bundle("sales"), Bundle("backs"), Bundle("clips")

    def __init__(self, books: Database, user_id: UUID) -> None:
        super().__init__()
        self.books, self.user_id = books, user_id
        self.things: list[Sale | Clip] = []

    def net_balance(self) -> int:
        """What the person has, less what they owe."""
        return sum(thing.worth() for thing in self.things)

    @rule(target=sales, size=st.integers(1, 6), cents=st.integers(1, 900))
    def choose_a_pack(self, size: int, cents: int) -> Sale:
        with self.books.unscoped() as session:
            pack = CreditPack(title="A pack", credits=size, price_cents=cents)
            session.add(pack)
        with self.books.acting_as(self.user_id) as session:
            order = orders.place(session, pack.id)
        sale = Sale(order.id, f"pi_{order.id}", size, cents)
        self.things.append(sale)
        return sale

    @rule(sale=sales)
    def pay(self, sale: Sale) -> None:
        self._settle(sale, PaymentOutcome.PAID, sale.payment_id)
        sale.is_paid = True

    @rule(
        sale=sales,
        outcome=st.sampled_from(
            [PaymentOutcome.FAILED, PaymentOutcome.EXPIRED, PaymentOutcome.PROCESSING, None]
        ),
    )
    def hear_anything_else(self, sale: Sale, outcome: PaymentOutcome | None) -> None:
        self._settle(sale, outcome, None)

    def _settle(self, sale: Sale, outcome: PaymentOutcome | None, payment_id: str | None) -> None:
        with self.books.unscoped() as session:
            orders.settle(session, sale.order_id, Payment(outcome, payment_id=payment_id))

    @rule(target=backs, sale=sales, part=st.integers(1, 4), course=st.sampled_from([REFUND, WON, LOST]))
    def ask_for_money_back(self, sale: Sale, part: int, course: tuple[str, ...]) -> tuple[Sale, Back]:
        kind = ReturnKind.REFUND if course == REFUND else ReturnKind.DISPUTE
        back = Back(f"re_{new_id()}", kind, max(1, sale.cents // part), course)
        sale.backs.append(back)
        return sale, back

    @rule(told=backs, step=st.integers(0, 2))
    def hear_of_money_going_back(self, told: tuple[Sale, Back], step: int) -> None:
        """In any order, before the payment too; what was said of an earlier step changes nothing."""
        sale, back = told
        with self.books.unscoped() as session:
            said = PaymentReturnFacts(
                back.stripe_id, sale.payment_id, back.kind, back.cents, back.course[step], step
            )
            orders.take_back(session, said)
        back.heard = max(back.heard, step)

    @rule(target=clips, price=st.integers(1, 4))
    def wish_for_a_clip(self, price: int) -> Clip:
        clip = Clip(new_id(), price)
        self.things.append(clip)
        return clip

    @rule(clip=clips)
    def generate(self, clip: Clip) -> None:
        can = clip.is_spent or self.net_balance() >= clip.price
        bought = Movement(EntryKind.GENERATION, clip.price, f"take:{clip.take_id}", "A clip", clip.take_id)
        try:
            with self.books.acting_as(self.user_id) as session:
                ledger.spend(session, self.user_id, bought)
        except OutOfCredits:
            assert not can
        else:
            assert can
            clip.is_spent = True

    @rule(clip=clips)
    def fail(self, clip: Clip) -> None:
        if not clip.is_spent:
            return
        refund = Movement(EntryKind.REFUND, clip.price, f"take:{clip.take_id}", "It failed", clip.take_id)
        with self.books.unscoped() as session:
            ledger.give(session, self.user_id, refund)
        clip.is_refunded = True

    @invariant()
    def the_ledger_agrees(self) -> None:
        with self.books.reading() as session:
            user = session.get_one(User, self.user_id)
            entries = ledger.entries_of(session, self.user_id, limit=10_000)
            wrong = ledger.differences(session, self.user_id)
        assert wrong == []
        assert user.balance - user.debt == sum(entry.amount for entry in entries) == self.net_balance()
        assert (user.balance, user.debt) == (max(self.net_balance(), 0), max(-self.net_balance(), 0))
        if entries:
            assert (entries[0].balance_after, entries[0].debt_after) == (user.balance, user.debt)


def test_a_life_with_credits_adds_up(books: Database, join: Join) -> None:
    lives: list[Life] = []

    def begin() -> Life:
        lives.append(Life(books, join(str(new_id()))))
        return lives[-1]

    run_state_machine_as_test(
        begin,  # type: ignore[arg-type]
        settings=settings(max_examples=25, stateful_step_count=40, database=None),
    )
    with books.reading() as session:
        wrong = [ledger.differences(session, life.user_id) for life in lives]
    assert wrong == [[]] * len(lives), "no life has changed one before it"


def test_the_model_itself_reaches_debt_and_back(books: Database, join: Join) -> None:
    """One life by hand, so that what the machine may meet is not left to chance."""
    life = Life(books, join())
    sale = life.choose_a_pack(6, 600)
    _, back = life.ask_for_money_back(sale, 1, WON)
    life.pay(sale)
    clip = life.wish_for_a_clip(4)
    life.generate(clip)
    life.hear_of_money_going_back((sale, back), 0)
    assert life.net_balance() == -4
    life.the_ledger_agrees()
    life.hear_of_money_going_back((sale, back), 2)
    life.fail(clip)
    assert life.net_balance() == 6
    life.the_ledger_agrees()
