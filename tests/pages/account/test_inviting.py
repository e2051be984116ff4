"""Inviting others from the account page: where operators let members, and only one's own."""

from uuid import UUID

import pytest
from sqlmodel import select

from echoes import operator_settings
from echoes.database import Database
from echoes.models import Invitation
from echoes.operator_settings import SignUpRules
from tests.pages.credits.shopping import opened
from tests.pages.every_handler import INVITING
from tests.support.tabs import OpenTab

HERE = "/account"
FORM = {"invitee": "Aunt Rosa"}


@pytest.fixture
def members_invite(database: Database) -> None:
    with database.unscoped() as session:
        operator_settings.write(session, SignUpRules(policy="invited", members_invite=True), None)


def all_of(database: Database) -> list[Invitation]:
    with database.reading() as session:
        return list(session.exec(select(Invitation)))


async def test_a_member_invites_and_takes_it_back(
    open_tab: OpenTab, database: Database, anna: UUID, members_invite: None
) -> None:
    tab = await opened(open_tab, anna)
    told = await tab.send(f"{INVITING}.invite", HERE, form=FORM)
    assert told.fields["made"].startswith("http://localhost:3000/join/")
    (sent,) = told.fields["inviting"].sent
    assert (sent.name, sent.state) == ("Aunt Rosa", "Open")
    back = await tab.send(f"{INVITING}.take_back", HERE, invitation_id=sent.id)
    assert back.fields["inviting"].sent[0].state == "Taken back"
    assert back.fields["made"] == ""


async def test_a_stranger_takes_nothing_back(
    open_tab: OpenTab, database: Database, anna: UUID, stranger: UUID, members_invite: None
) -> None:
    await (await opened(open_tab, anna)).send(f"{INVITING}.invite", HERE, form=FORM)
    (invitation,) = all_of(database)
    told = await (await opened(open_tab, stranger)).send(
        f"{INVITING}.take_back", HERE, invitation_id=str(invitation.id)
    )
    assert told.sentence == "There is no such invitation."
    assert all_of(database)[0].revoked_at is None


async def test_where_operators_do_not_let_them_members_invite_nobody(
    open_tab: OpenTab, database: Database, anna: UUID
) -> None:
    told = await (await opened(open_tab, anna)).send(f"{INVITING}.invite", HERE, form=FORM)
    assert "people who run this site" in told.sentence
    assert all_of(database) == []
