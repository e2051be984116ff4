"""The operator's page on who may join: rules in versions, invitations made, listed and revoked."""

from uuid import UUID

import pytest
from sqlmodel import col, select

from echoes import operator_settings
from echoes.accounts import sign_up
from echoes.accounts.sign_up import Codes, Identity
from echoes.database import Database
from echoes.models import AuditEntry, Invitation, Role, User
from echoes.operator_settings import SignUpRules
from echoes.settings import get_settings
from tests.pages.admin.every_handler import ADMIN_INVITATIONS as PAGE
from tests.pages.admin.every_handler import INVITATION, RULES
from tests.support.tabs import OpenTab, Tab

HERE = "/admin/invitations"


@pytest.fixture
async def tab(database: Database, anna: UUID, open_tab: OpenTab) -> Tab:
    with database.unscoped() as session:
        session.get_one(User, anna).role = Role.OPERATOR
    tab = open_tab(anna)
    await tab.follow(f"{PAGE}.watch", HERE)
    return tab


async def test_rules_are_saved_in_versions(tab: Tab, database: Database) -> None:
    rules = RULES | {"policy": "domains", "domains": "@Family.example; b.example", "members_invite": ""}
    told = await tab.send(f"{PAGE}.save_rules", HERE, form=rules)
    assert told.fields["rules"].domains == "family.example, b.example"
    stale = await tab.send(
        f"{PAGE}.save_rules", HERE, form=rules | {"policy": "domains", "domains": "nonsense"}
    )
    assert "write domains such as example.org" in stale.sentence
    none = await tab.send(f"{PAGE}.save_rules", HERE, form=rules | {"domains": ""})
    assert none.sentence == "Please name the domains whose addresses may join."
    with database.reading() as session:
        saved = operator_settings.read(session, SignUpRules)
        assert (saved.policy, saved.domains, saved.members_invite) == (
            "domains", ["family.example", "b.example"], False,
        )  # fmt: skip
        assert [row.action for row in session.exec(select(AuditEntry))] == ["set sign_up"]


async def test_an_invitation_is_shown_once_listed_with_who_came_and_revoked(
    tab: Tab, database: Database
) -> None:
    made = await tab.send(f"{PAGE}.invite", HERE, form=INVITATION | {"most_uses": "2", "operator": ""})
    link = made.fields["made"]
    assert link.startswith("http://localhost:3000/join/")
    code = link.rpartition("/")[2]
    assert made.fields["known"][0].uses == "0 of 2"
    with database.unscoped() as session:
        rosa = Identity("https://id.example", "rosa", "Rosa", None)
        sign_up.find_or_create_user(session, get_settings(), rosa, Codes(invitation=code))
    put_away = await tab.send(f"{PAGE}.put_away", HERE)
    assert put_away.fields["made"] == ""
    with database.reading() as session:
        (invitation_id,) = session.exec(select(Invitation.id))
    told = await tab.send(f"{PAGE}.revoke", HERE, invitation_id=str(invitation_id))
    (shown,) = told.fields["known"]
    assert (shown.state, shown.uses, shown.brings) == ("revoked", "1 of 2", "99 credits")
    assert [person.name for person in shown.joined] == ["Rosa"]
    assert code not in str(told.fields)
    await tab.send(f"{PAGE}.revoke", HERE, invitation_id=str(invitation_id))
    with database.reading() as session:
        log = session.exec(select(AuditEntry).order_by(col(AuditEntry.id)))
        assert [row.action for row in log] == ["invite", "revoke invitation"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"most_uses": "0"}, "1 to 1000 people"),
        ({"most_uses": "many"}, "whole numbers"),
        ({"days": "9999"}, "1 to 366 days"),
        ({"credits": "5000"}, "0 to 1000 credits"),
        ({"most_uses": "3", "operator": True}, "for one person"),
    ],
)
async def test_terms_that_make_no_sense_are_said(
    tab: Tab, database: Database, wrong: dict[str, str], sentence: str
) -> None:
    told = await tab.send(f"{PAGE}.invite", HERE, form=INVITATION | {"operator": ""} | wrong)
    assert sentence in told.sentence
    with database.reading() as session:
        assert session.exec(select(Invitation)).all() == []
