"""Prices, rewards and rules: changed in versions, written down, gone back to."""

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from echoes import operator_settings
from echoes.admin import audit, pricing
from echoes.admin.audit import Operator
from echoes.admin.pricing import Outdated
from echoes.credits.packs import offered, seed_packs
from echoes.database import Database
from echoes.errors import BadInput, NotFound
from echoes.operator_settings import Prompting, Rewards

PACK = {
    "title": "A summer", "credits": "12", "price_cents": "3000", "position": "1", "stripe_price_id": " ",
    "is_offered": True,
}  # fmt: skip


def test_a_change_is_a_version_and_a_line(database: Database, operator: Operator) -> None:
    with database.unscoped() as session:
        pricing.change(session, operator, Rewards, {"sign_up": 3}, "December")
        pricing.change(session, operator, Rewards, {"sign_up": 3}, "the same again")
    with database.reading() as session:
        assert operator_settings.read(session, Rewards).sign_up == 3
        (version,) = operator_settings.history(session, Rewards)
        (line,) = audit.entries(session)
    assert (version.version, version.author_id, version.note) == (1, operator.id, "December")
    assert (line.action, line.before, line.after) == ("set rewards", {"sign_up": 1}, {"sign_up": 3})


@pytest.mark.parametrize("changes", [{"sign_up": -1}, {"sign_up": "many"}])
def test_what_cannot_be_is_refused(database: Database, operator: Operator, changes: dict[str, Any]) -> None:
    with database.unscoped() as session, pytest.raises(BadInput, match="sign up"):
        pricing.change(session, operator, Rewards, changes)


def test_an_earlier_version_comes_back_as_a_new_one(database: Database, operator: Operator) -> None:
    with database.unscoped() as session:
        pricing.change(session, operator, Prompting, {"template": "First {motion}"})
        pricing.change(session, operator, Prompting, {"template": "Second {motion}"})
        pricing.go_back(session, operator, Prompting, 1)
        with pytest.raises(NotFound):
            pricing.go_back(session, operator, Prompting, 9)
    with database.reading() as session:
        assert operator_settings.read(session, Prompting).template == "First {motion}"
        assert [setting.version for setting in operator_settings.history(session, Prompting)] == [3, 2, 1]


def test_each_version_says_who_changed_what(database: Database, operator: Operator) -> None:
    with database.unscoped() as session:
        pricing.change(session, operator, Rewards, {"sign_up": 3, "share": 2}, "December")
        operator_settings.write(session, Rewards(sign_up=4, share=2), None)
        versions = pricing.versions(session, Rewards)
    assert [(version.number, version.author) for version in versions] == [(2, "Echoes"), (1, "Olga")]
    assert pricing.differences(Rewards, versions) == [
        {"sign_up": (3, 4)},
        {"sign_up": (1, 3), "share": (1, 2)},
    ]


def test_a_pack_is_made_changed_and_withdrawn(database: Database, operator: Operator) -> None:
    with database.unscoped() as session:
        seed_packs(session)
        pack = pricing.save_pack(session, operator, None, PACK)
        pricing.save_pack(session, operator, pack.id, PACK | {"price_cents": "2500", "is_offered": False})
    with database.reading() as session:
        assert pack.id not in {offer.id for offer in offered(session)}
        assert pricing.packs(session)[-1].price_cents == 2500
        changed, made = audit.entries(session)
    assert made.before == {}
    assert (changed.before["price_cents"], changed.after["price_cents"]) == (3000, 2500)


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": "  "}, {"title": "x" * 61}, {"credits": "0"}, {"credits": "some"}, {"price_cents": "49"},
        {"price_cents": "9.99"}, {"position": "first"}, {"position": "-1"}, {"position": "9" * 20},
    ],
)  # fmt: skip
def test_a_pack_that_cannot_be_sold_is_refused(
    database: Database, operator: Operator, wrong: dict[str, str]
) -> None:
    with database.unscoped() as session, pytest.raises(BadInput):
        pricing.save_pack(session, operator, None, PACK | wrong)


def test_a_pack_that_is_not_there_is_not_found(database: Database, operator: Operator) -> None:
    with database.unscoped() as session, pytest.raises(NotFound):
        pricing.save_pack(session, operator, uuid4(), PACK)


def test_who_saves_what_was_changed_meanwhile_is_told(database: Database, operator: Operator) -> None:
    with database.unscoped() as session:
        seen = operator_settings.latest(session, Rewards)
        pricing.change(session, operator, Rewards, {"sign_up": 3}, based_on=seen)
        with pytest.raises(Outdated, match="in the meantime"):
            pricing.change(session, operator, Rewards, {"sign_up": 1, "share": 9}, based_on=seen)
        assert operator_settings.read(session, Rewards) == Rewards(sign_up=3)
        pricing.change(session, operator, Rewards, {"share": 9}, based_on=seen + 1)
        assert operator_settings.read(session, Rewards) == Rewards(sign_up=3, share=9)


def test_a_pack_that_was_changed_meanwhile_is_not_taken_back(database: Database, operator: Operator) -> None:
    with database.unscoped() as session:
        pack = pricing.save_pack(session, operator, None, PACK)
        shown = {"title": "A summer", "price_cents": 3000, "stripe_price_id": None}
        pricing.save_pack(session, operator, pack.id, PACK | {"price_cents": "2500"}, shown)
        with pytest.raises(Outdated, match="in the meantime"):
            pricing.save_pack(session, operator, pack.id, PACK | {"title": "Winter"}, shown)
        assert (pack.title, pack.price_cents) == ("A summer", 2500)


@pytest.mark.postgres
def test_of_two_who_save_at_once_the_later_one_is_told(postgres_database: Database) -> None:
    """Whoever holds the settings writes first; the other one looks only then."""

    def save(share: int) -> bool:
        with postgres_database.unscoped() as session:
            pricing.change(session, Operator(None, "Olga"), Rewards, {"share": share}, based_on=0)
        return True

    def saved(future: Future[bool]) -> bool:
        try:
            return future.result(timeout=30)
        except Outdated:
            return False

    with ThreadPoolExecutor() as pool:
        futures = [pool.submit(save, share) for share in (5, 6, 7)]
        assert sorted(map(saved, futures)) == [False, False, True]
    with postgres_database.reading() as session:
        assert operator_settings.latest(session, Rewards) == 1
