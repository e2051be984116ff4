"""Carts: what somebody was about to make, kept while they buy credits."""

from typing import Any

import pytest
from sqlmodel import select

from echoes.credits import carts
from echoes.database import Database
from echoes.errors import BadInput, NotFound
from echoes.models import Cart, Project, new_id
from tests.support.crowds import all_at_once
from tests.support.databases.migrated import ON_SQLITE, Join
from tests.support.databases.rows import add_project

PHOTO = str(new_id())
WISHES: dict[str, Any] = {
    "photo_ids": [PHOTO], "motion": "rise", "wish": "a smile", "variations": 2, "price": 3,
}  # fmt: skip


@pytest.fixture
def project(books: Database, join: Join) -> Project:
    with books.unscoped() as session:
        return add_project(session, join())


def test_a_cart_is_kept_until_it_is_dropped(books: Database, project: Project) -> None:
    with books.acting_as(project.owner_id) as session:
        carts.keep(session, project.id, WISHES)
    with books.acting_as(project.owner_id) as session:
        cart = carts.find(session)
        assert cart is not None
        assert (cart.project_id, cart.wishes) == (project.id, WISHES)
        carts.drop(session)
        assert carts.find(session) is None
        carts.drop(session)


def test_a_new_cart_takes_the_place_of_the_one_before(books: Database, project: Project) -> None:
    with books.acting_as(project.owner_id) as session:
        carts.keep(session, project.id, WISHES)
        carts.keep(session, project.id, WISHES | {"motion": "drift"})
        cart = carts.find(session)
        assert cart is not None
        assert cart.wishes["motion"] == "drift"


def test_each_person_has_one_of_their_own(books: Database, project: Project, join: Join) -> None:
    with books.acting_as(project.owner_id) as session:
        carts.keep(session, project.id, WISHES)
    with books.acting_as(join("Stranger")) as session:
        assert carts.find(session) is None
        carts.drop(session)
        with pytest.raises(NotFound):
            carts.keep(session, project.id, WISHES)
    with books.acting_as(project.owner_id) as session:
        assert carts.find(session) is not None


def test_two_tabs_that_run_out_at_once_keep_one(books: Database, project: Project) -> None:
    def keep() -> str:
        with books.acting_as(project.owner_id) as session:
            carts.keep(session, project.id, WISHES)
        return "kept"

    assert all_at_once([keep] * 10) == {"kept": 10}
    with books.reading() as session:
        assert len(session.exec(select(Cart)).all()) == 1


@ON_SQLITE
@pytest.mark.parametrize(
    "broken",
    [
        {"photo_ids": []}, {"photo_ids": ["no id"]}, {"photo_ids": [PHOTO] * 1001}, {"motion": "x" * 41},
        {"wish": "x" * 1001}, {"variations": 0}, {"variations": 11}, {"path": "/etc/passwd"},
        {"motion": None}, {"price": -1},
    ],
    ids=range(10),
)  # fmt: skip
def test_what_is_no_cart_is_refused_and_the_one_before_stays(
    books: Database, project: Project, broken: dict[str, Any]
) -> None:
    with books.acting_as(project.owner_id) as session:
        carts.keep(session, project.id, WISHES)
        with pytest.raises(BadInput):
            carts.keep(session, project.id, WISHES | broken)
        cart = carts.find(session)
        assert cart is not None
        assert cart.wishes == WISHES


def test_a_cart_goes_with_its_project(books: Database, project: Project) -> None:
    with books.acting_as(project.owner_id) as session:
        carts.keep(session, project.id, WISHES)
        session.delete(session.get_one(Project, project.id))
        session.flush()
        assert carts.find(session) is None
