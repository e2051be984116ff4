"""`echoes invite`: the link by which the first operator of a place joins."""

import pytest
from sqlmodel import select
from typer.testing import CliRunner

from echoes.__main__ import commands
from echoes.database import Database
from echoes.errors import BadInput
from echoes.models import AuditEntry, Invitation, Role


def run(*arguments: str) -> str:
    result = CliRunner().invoke(commands, ["invite", *arguments], catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def test_it_prints_the_link_and_writes_down_that_it_did(database: Database) -> None:
    assert run("--operator", "--name", "Olga").startswith("http://localhost:3000/join/")
    run("--uses", "5", "--credits", "3", "--days", "7")
    with database.reading() as session:
        made = [(one.most_uses, one.credits, one.role) for one in session.exec(select(Invitation))]
        assert sorted(made) == [(1, 0, Role.OPERATOR), (5, 3, Role.MEMBER)]
        entries = [(entry.action, entry.actor_name) for entry in session.exec(select(AuditEntry))]
        assert entries == [("invite", "command line")] * 2


@pytest.mark.parametrize("wrong", ["--uses 0", "--days 0", "--credits -1", "--operator --uses 2"])
def test_terms_that_make_no_sense_make_no_invitation(database: Database, wrong: str) -> None:
    with pytest.raises(BadInput, match="invitation"):
        run(*wrong.split())
    with database.reading() as session:
        assert session.exec(select(Invitation)).all() == []
