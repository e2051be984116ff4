"""Invitations by mail: sent with the code that lets somebody in, to an address that is one."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from echoes.accounts.invitations.service import InvitationTerms, find_open, made_by_me, revoke
from echoes.admin import invitations
from echoes.admin.audit import Operator
from echoes.database import Database
from echoes.errors import BadInput, Refused, TooOften
from echoes.mail.sending import attempt
from echoes.models import Invitation, Mail, MailStatus, User
from echoes.operator_settings import SignUpRules, write
from echoes.pages.account.inviting.queries import invite
from echoes.rate_limits.limiter import INVITATION_MAILS
from tests.support.databases.fresh import forget
from tests.support.servers.smtp import MailServer, mail_server


@pytest.fixture
def post_office(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with mail_server() as server:
        monkeypatch.setenv("ECHOES_SMTP_URL", f"smtp://127.0.0.1:{server.port}?tls=none")
        monkeypatch.setenv("ECHOES_MAIL_FROM", "echoes@example.org")
        forget()
        yield server


def let_members_invite(database: Database) -> None:
    with database.unscoped() as session:
        write(session, SignUpRules(policy="invited", members_invite=True), None)


async def sent_by(post_office: MailServer, database: Database) -> str:
    with database.reading() as session:
        (mail_id,) = session.exec(select(Mail.id)).all()
    await attempt(str(mail_id))
    body: Any = post_office.taken[0].get_body(preferencelist=("plain",))
    return str(body.get_content())


async def test_a_member_invites_by_mail(database: Database, anna: UUID, post_office: MailServer) -> None:
    let_members_invite(database)
    with database.acting_as(anna) as session:
        link = invite(session, "Rosa", "rosa@example.org")
    body = await sent_by(post_office, database)
    assert link in body
    assert "Anna invites you" in body
    assert post_office.recipients == ["rosa@example.org"]
    with database.reading() as session:
        assert find_open(session, link.rpartition("/")[2]) is not None


async def test_an_operator_invites_by_mail(database: Database, anna: UUID, post_office: MailServer) -> None:
    with database.unscoped() as session:
        operator = Operator(anna, session.get_one(User, anna).name)
        code = invitations.create(session, operator, InvitationTerms(), "rosa@example.org")
    assert f"/join/{code}" in await sent_by(post_office, database)


async def test_an_invitation_that_is_taken_back_while_its_mail_waits_is_not_sent(
    database: Database, anna: UUID, post_office: MailServer
) -> None:
    let_members_invite(database)
    invite_and_take_back(database, anna, "rosa@example.org")
    with database.reading() as session:
        (mail_id,) = session.exec(select(Mail.id)).all()
    assert (await attempt(str(mail_id)))["status"] == MailStatus.DROPPED
    assert post_office.recipients == []


def test_an_address_that_is_none_makes_no_invitation(
    database: Database, anna: UUID, post_office: MailServer
) -> None:
    let_members_invite(database)
    with pytest.raises(BadInput), database.acting_as(anna) as session:
        invite(session, "Rosa", "rosa@example.org\r\nBcc: x@y.z")
    with database.reading() as session:
        assert not session.exec(select(Invitation)).all()
        assert not session.exec(select(Mail)).all()


def test_without_mail_it_is_said(database: Database, anna: UUID) -> None:
    let_members_invite(database)
    with pytest.raises(Refused, match="Mail is not"), database.acting_as(anna) as session:
        invite(session, "Rosa", "rosa@example.org")
    with database.acting_as(anna) as session:
        assert invite(session, "Rosa", " ")
    with database.reading() as session:
        assert session.exec(select(Mail)).all() == []


def test_nobody_sends_mails_without_end_by_taking_invitations_back(
    database: Database, anna: UUID, post_office: MailServer
) -> None:
    let_members_invite(database)
    for number in range(INVITATION_MAILS):
        invite_and_take_back(database, anna, f"rosa{number}@example.org")
    with pytest.raises(TooOften, match="invitations by mail"):
        invite_and_take_back(database, anna, "one.more@example.org")
    with database.reading() as session:
        assert len(session.exec(select(Mail)).all()) == INVITATION_MAILS


def invite_and_take_back(database: Database, user_id: UUID, address: str) -> None:
    with database.acting_as(user_id) as session:
        invite(session, "Rosa", address)
    with database.acting_as(user_id) as session:
        revoke(session, made_by_me(session, 1)[0].id)
