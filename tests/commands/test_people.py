"""Credits and roles from the machine itself, each with a line in the audit log."""

from pathlib import Path
from uuid import UUID

import pytest

from echoes.admin import audit
from echoes.commands import people
from echoes.database import Database
from echoes.errors import BadInput, NotFound
from echoes.models import AuditEntry, Role, User
from tests.commands.conftest import Echoes
from tests.support.databases.fresh import NewUser

pytestmark = pytest.mark.slow


def user_of(database: Database, user_id: UUID) -> User:
    with database.reading() as session:
        return session.get_one(User, user_id)


def log(database: Database) -> list[AuditEntry]:
    with database.reading() as session:
        return audit.entries(session)


def give_address(database: Database, user_id: UUID, email: str = "Anna@example.org") -> None:
    with database.unscoped() as session:
        session.get_one(User, user_id).email = email


@pytest.mark.parametrize("known_as", ["anna@EXAMPLE.org", " Anna@example.org ", "{id}"])
def test_credits_go_to_whom_the_address_or_the_id_names(
    database: Database, anna: UUID, stranger: UUID, known_as: str
) -> None:
    give_address(database, anna)
    said = people.grant(known_as.format(id=anna), 5, "a gift")
    assert (user_of(database, anna).balance, user_of(database, stranger).balance) == (5, 0)
    assert "has 5 credits now" in said


def test_the_audit_log_says_that_it_was_the_command_line(database: Database, anna: UUID) -> None:
    people.grant(str(anna), 5, "a gift")
    people.set_role(str(anna), "operator")
    role, credit = log(database)
    assert {(entry.actor_id, entry.actor_name) for entry in (role, credit)} == {(None, "command line")}
    assert (credit.action, credit.subject_id, credit.reason) == ("credits", anna, "a gift")
    assert (role.before, role.after) == ({"role": "member"}, {"role": "operator"})


def test_what_was_spent_and_is_taken_back_is_owed(database: Database, anna: UUID) -> None:
    people.grant(str(anna), 2, "a gift")
    assert people.grant(str(anna), -5, "a mistake").endswith("has 0 credits now, and owes 3.")


def test_an_operator_may_become_a_member_again(database: Database, anna: UUID) -> None:
    people.set_role(str(anna), "operator")
    people.set_role(str(anna), "member")
    assert user_of(database, anna).role == Role.MEMBER


def test_two_people_with_one_address_are_told_apart_by_id(
    database: Database, anna: UUID, stranger: UUID
) -> None:
    for user_id in (anna, stranger):
        give_address(database, user_id)
    with pytest.raises(BadInput, match=str(stranger)):
        people.grant("anna@example.org", 5, "a gift")
    assert log(database) == []


@pytest.mark.parametrize("known_as", ["", "nobody@example.org", str(UUID(int=7)), "%"])
def test_nobody_is_nobody(database: Database, anna: UUID, known_as: str) -> None:
    with pytest.raises(NotFound, match="Nobody here"):
        people.grant(known_as, 5, "a gift")


@pytest.mark.parametrize(("amount", "reason"), [(0, "why"), (10_001, "why"), (5, " ")])
def test_what_makes_no_sense_is_refused(database: Database, anna: UUID, amount: int, reason: str) -> None:
    with pytest.raises(BadInput):
        people.grant(str(anna), amount, reason)
    assert (user_of(database, anna).balance, log(database)) == (0, [])


def test_from_a_terminal(database: Database, anna: UUID, new_user: NewUser, echoes: Echoes) -> None:
    assert echoes("grant", anna, "5", "--reason", "a gift").returncode == 0
    taken = echoes("grant", anna, "-2", "--reason", "too many")
    assert (taken.returncode, taken.stdout) == (0, f"Anna ({anna}) has 3 credits now.\n")
    refused = echoes("role", anna, "king")
    assert (refused.returncode, refused.stderr) == (1, "Choose member or operator.\n")
    assert echoes("grant", anna, "5").returncode == 2, "a reason is needed"


def test_one_credit_is_one(database: Database, anna: UUID) -> None:
    assert people.grant(str(anna), 1, "a gift").endswith("has 1 credit now.")


@pytest.mark.parametrize("command", [("grant", "anna", 1, "--reason", "why"), ("role", "anna", "operator")])
def test_in_a_folder_that_is_not_echoes_nothing_is_made(
    data_dir: Path, echoes: Echoes, command: tuple[object, ...]
) -> None:
    found = echoes(*command)
    assert (found.returncode, "There is no database" in found.stderr) == (1, True)
    assert list(data_dir.iterdir()) == []
