"""Unsubscribing from a kind of mail: by a link, by one click of a mail program, on the account page."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from echoes.database import Database
from echoes.errors import NotFound
from echoes.mail import unsubscribing
from echoes.mail.routes import routes
from echoes.mail.sending import attempt
from echoes.models import Mail, MailBlock, MailKind, MailOptOut, MailStatus, new_id, now
from tests.mail.conftest import ask
from tests.support.servers.application import application
from tests.support.servers.smtp import MailServer

HERE = "http://localhost:3000"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def browser(database: Database) -> Iterator[TestClient]:
    with TestClient(application(routes), base_url=HERE, follow_redirects=False) as client:
        yield client


def link_for(owner: UUID | None, kind: MailKind = MailKind.FILM_READY, address: str = "a@b.c") -> str:
    mail = Mail(owner_id=owner, kind=kind, address=address, once="1", expires_at=now())
    return unsubscribing.unsubscribe_address(mail).removeprefix(HERE)


def test_one_click_of_a_mail_program_is_enough(browser: TestClient, database: Database, anna: UUID) -> None:
    """It sends neither a cookie nor an origin of ours (RFC 8058), maybe twice."""
    for _ in range(2):
        answer = browser.post(link_for(anna), data=ONE_CLICK, headers={"origin": "https://mail.example"})
        assert answer.status_code == 200
    with database.reading_as(anna) as session:
        assert unsubscribing.unwanted(session) == {MailKind.FILM_READY}


def test_opening_the_link_changes_nothing_yet(browser: TestClient, database: Database, anna: UUID) -> None:
    answer = browser.get(link_for(anna))
    assert "No more of these mails?" in answer.text
    with database.reading() as session:
        assert session.exec(select(MailOptOut)).all() == []


async def test_what_is_not_wanted_is_not_sent(
    database: Database, anna: UUID, post_office: MailServer
) -> None:
    mail_id = ask(database, anna)
    with database.acting_as(anna) as session:
        unsubscribing.set_wanted(session, MailKind.FILM_READY, False)
    assert (await attempt(str(mail_id)))["status"] == MailStatus.DROPPED
    assert post_office.taken == []
    with database.acting_as(anna) as session:
        unsubscribing.set_wanted(session, MailKind.FILM_READY, True)
    assert (await attempt(str(mail_id)))["status"] == MailStatus.SENT


def test_an_address_without_an_account_can_refuse_invitations(
    browser: TestClient, database: Database
) -> None:
    link = link_for(None, MailKind.INVITATION, "Anna@Example.org")
    for _ in range(2):
        assert browser.post(link, data=ONE_CLICK).status_code == 200
    with database.reading() as session:
        (block,) = session.exec(select(MailBlock)).all()
        assert "nna" not in block.address_hash
        again = Mail(kind=MailKind.INVITATION, address="anna@example.org", once="2", expires_at=now())
        assert not unsubscribing.is_wanted(session, again)


def test_nobody_opts_others_out(browser: TestClient, database: Database, anna: UUID) -> None:
    link = link_for(anna)
    for path in (link[:-1], f"{unsubscribing.PATH}?token=film_ready:{anna}", unsubscribing.PATH, f"{link}x"):
        assert browser.get(path).status_code == browser.post(path).status_code == 404
    assert browser.post(link_for(new_id())).status_code == 200, "an account that has gone"
    with database.reading() as session:
        assert session.exec(select(MailOptOut)).all() == []


@pytest.mark.parametrize("kind", ["sign_in", "invitation", "", "x"])
def test_answers_cannot_be_done_without(database: Database, anna: UUID, kind: str) -> None:
    with pytest.raises(NotFound), database.acting_as(anna) as session:
        unsubscribing.set_wanted(session, kind, False)


async def test_a_sign_in_link_comes_whatever_was_refused(database: Database, anna: UUID) -> None:
    with database.unscoped() as session:
        session.add(MailOptOut(owner_id=anna, kind=MailKind.SIGN_IN))
        session.flush()
        mail = Mail(owner_id=anna, kind=MailKind.SIGN_IN, address="a@b.c", once="1", expires_at=now())
        assert unsubscribing.is_wanted(session, mail)
