"""Packs: three at the first start, and then what operators make of them."""

from sqlmodel import select

from echoes.credits import packs
from echoes.database import Database
from echoes.models import CreditPack
from tests.support.crowds import all_at_once
from tests.support.databases.migrated import Join


def seed(books: Database) -> str:
    with books.unscoped() as session:
        packs.seed_packs(session)
    return "seeded"


def test_at_the_first_start_there_are_three(books: Database) -> None:
    seed(books)
    with books.reading() as session:
        offered = [(pack.credits, pack.price_cents, pack.currency) for pack in packs.offered(session)]
    assert offered == [(5, 1500, "usd"), (20, 4500, "usd"), (40, 8000, "usd")]


def test_processes_that_start_at_once_add_them_once(books: Database) -> None:
    assert all_at_once([lambda: seed(books)] * 8) == {"seeded": 8}
    with books.reading() as session:
        assert len(session.exec(select(CreditPack)).all()) == 3


def test_a_later_start_changes_nothing_of_what_operators_did(books: Database) -> None:
    seed(books)
    with books.unscoped() as session:
        small, middle, large = packs.offered(session)
        session.delete(small)
        middle.is_offered = False
        large.price_cents = 7000
    seed(books)
    with books.reading() as session:
        assert [(pack.credits, pack.price_cents) for pack in packs.offered(session)] == [(40, 7000)]


def test_operators_choose_the_order(books: Database) -> None:
    with books.unscoped() as session:
        for size, position in ((5, 2), (20, 1), (10, 1)):
            session.add(CreditPack(title=f"{size}", credits=size, price_cents=100, position=position))
        session.flush()
        assert [pack.credits for pack in packs.offered(session)] == [10, 20, 5]


def test_a_person_sees_what_is_offered(books: Database, join: Join) -> None:
    seed(books)
    with books.reading_as(join()) as session:
        assert len(packs.offered(session)) == 3
