"""The operator's list of people, by name and by what their files take up: to its end."""

from uuid import UUID

import pytest

from echoes.database import Database
from echoes.models import Role, User
from echoes.pages.admin.people.queries import PAGE
from tests.pages.admin.every_handler import ADMIN_PEOPLE
from tests.support.databases.fresh import NewUser
from tests.support.databases.rows import add_photo, add_project
from tests.support.tabs import OpenTab

MANY = PAGE + 3


@pytest.fixture
def operator_id(database: Database, new_user: NewUser) -> UUID:
    """Among many people who have some files each."""
    people = [new_user(f"Person {number}") for number in range(MANY)]
    olga: UUID = new_user("Olga")
    with database.unscoped() as session:
        session.get_one(User, olga).role = Role.OPERATOR
        for number, person in enumerate(people):
            add_photo(session, add_project(session, person)).size_bytes = 1000 + number
    return olga


@pytest.mark.parametrize(("query", "everybody"), [("", MANY + 1), ("?by=storage", MANY)])
async def test_people_are_unfolded_to_the_last(
    operator_id: UUID, open_tab: OpenTab, query: str, everybody: int
) -> None:
    tab, address = open_tab(operator_id), f"/admin/people{query}"
    first = await tab.follow(f"{ADMIN_PEOPLE}.watch", address)
    assert (len(first.fields["found"]), first.fields["has_more"]) == (PAGE, True)
    more = await tab.send(f"{ADMIN_PEOPLE}.more", address)
    found = [row.id for row in more.fields["found"]]
    assert (len(found), len(set(found)), more.fields["has_more"]) == (everybody, everybody, False)
    assert found[:PAGE] == [row.id for row in first.fields["found"]]
