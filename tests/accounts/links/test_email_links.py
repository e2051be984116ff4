"""Sign-in by e-mail link: single-use, for minutes, and nobody learns whether there is an account."""

from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select, update
from starlette.testclient import TestClient

from echoes.accounts import service
from echoes.accounts.cookies import COOKIE
from echoes.accounts.links.routes import routes
from echoes.accounts.links.sign_in_links import PATH
from echoes.database import Database
from echoes.mail.sending import attempt
from echoes.models import AuthSession, Mail, MailStatus, SignInLink, User, now
from tests.support.databases.fresh import forget
from tests.support.servers.application import application
from tests.support.servers.smtp import MailServer, mail_server

HERE = "http://localhost:3000"
SENT = "/sign-in?next=%2Ffilms&sent=1"
ENDED = "/sign-in?next=%2Ffilms&problem=link"


@pytest.fixture
def post_office(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with mail_server() as server:
        for name, value in {
            "SMTP_URL": f"smtp://127.0.0.1:{server.port}?tls=none", "MAIL_FROM": "echoes@example.org",
            "SIGN_IN": "email", "SIGN_INS_PER_MINUTE": "1000",
        }.items():  # fmt: skip
            monkeypatch.setenv(f"ECHOES_{name}", value)
        forget()
        yield server


@pytest.fixture
def browser(post_office: MailServer) -> Iterator[TestClient]:
    with TestClient(application(routes), base_url=HERE, follow_redirects=False) as client:
        client.headers["origin"] = HERE
        yield client


def ask(browser: TestClient, address: str, **form: str) -> str:
    return str(browser.post("/auth/email", data={"email": address, **form}).headers["location"])


async def deliver(database: Database) -> list[str]:
    """What became of every mail that waits."""
    with database.reading() as session:
        waiting = session.exec(select(Mail.id).order_by(col(Mail.created_at))).all()
    return [(await attempt(str(mail_id)))["status"] for mail_id in waiting]


def link_in(message: EmailMessage) -> str:
    body: Any = message.get_body(preferencelist=("plain",))
    return PATH + str(body.get_content()).split(PATH)[1].split()[0]


def user_id_of(browser: TestClient) -> UUID:
    return service.authenticate(browser.cookies.get(COOKIE))


async def test_somebody_new_signs_up_by_a_link(
    browser: TestClient, database: Database, post_office: MailServer
) -> None:
    assert ask(browser, "Rosa@Example.org", next="/account") == SENT.replace("films", "account")
    await deliver(database)
    link = link_in(post_office.taken[0])
    assert "You sign in as Rosa@example.org" in browser.get(link).text
    assert browser.post(link).headers["location"] == "/account"
    with database.reading() as session:
        user = session.get_one(User, user_id_of(browser))
    assert (user.issuer, user.email, user.name) == ("email", "Rosa@example.org", "Rosa")


async def test_the_same_address_is_the_same_person(
    browser: TestClient, database: Database, post_office: MailServer, anna: UUID
) -> None:
    with database.unscoped() as session:
        session.get_one(User, anna).email = "anna@example.org"
    ask(browser, "ANNA@example.org")
    await deliver(database)
    browser.post(link_in(post_office.taken[0]))
    assert user_id_of(browser) == anna


async def test_a_link_works_once_and_for_minutes(
    browser: TestClient, database: Database, post_office: MailServer
) -> None:
    ask(browser, "rosa@example.org")
    ask(browser, "rosa@example.org")
    await deliver(database)
    first, second = map(link_in, post_office.taken)
    assert [browser.post(first).headers["location"] for _ in range(2)] == ["/films", ENDED]
    with database.unscoped() as session:
        soon = now() + timedelta(minutes=16)
        assert all(link.expires_at < soon for link in session.exec(select(SignInLink)))
        session.exec(update(SignInLink).values(expires_at=now()))
    assert browser.get(second).headers["location"] == browser.post(second).headers["location"] == ENDED


async def test_another_browser_is_told_so_and_gets_in(
    browser: TestClient, database: Database, post_office: MailServer
) -> None:
    ask(browser, "rosa@example.org")
    await deliver(database)
    browser.cookies.clear()
    link = link_in(post_office.taken[0])
    assert "another browser" in browser.get(link).text
    assert browser.post(link).headers["location"] == "/films"


async def test_nobody_learns_whether_there_is_an_account(
    browser: TestClient,
    database: Database,
    post_office: MailServer,
    anna: UUID,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ECHOES_SIGN_UP", "invited")
    forget()
    with database.unscoped() as session:
        session.get_one(User, anna).email = "anna@example.org"
    answers = [
        browser.post("/auth/email", data={"email": f"{name}@example.org"}) for name in ("anna", "nobody")
    ]
    assert len({(answer.status_code, answer.headers["location"], answer.text) for answer in answers}) == 1
    with database.reading() as session:
        mails, links = session.exec(select(Mail)).all(), session.exec(select(SignInLink)).all()
    assert (len(mails), len(links)) == (2, 2), "the same work for both"
    assert await deliver(database) == [MailStatus.SENT, MailStatus.DROPPED]
    assert post_office.recipients == ["anna@example.org"]


def test_what_is_no_address_is_said(browser: TestClient) -> None:
    for address in ("", "anna", "a@b.c\r\nBcc: x@y.z", "x" * 5000):
        assert ask(browser, address) == "/sign-in?next=%2Ffilms&problem=address"


def test_mails_to_one_address_are_counted_whoever_asks(browser: TestClient) -> None:
    answers = [browser.post("/auth/email", data={"email": "Rosa@example.org"}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [303] * 5 + [429]
    assert browser.post("/auth/email", data={"email": "rosa@EXAMPLE.org"}).status_code == 429


def test_another_site_asks_for_nothing(browser: TestClient, database: Database) -> None:
    answer = browser.post(
        "/auth/email", data={"email": "rosa@example.org"}, headers={"origin": "https://evil.example"}
    )
    assert answer.status_code == 403
    with database.reading() as session:
        assert session.exec(select(Mail)).all() == []


def test_switched_off_there_is_nothing(browser: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECHOES_SIGN_IN", "openid")
    forget()
    assert browser.post("/auth/email", data={"email": "rosa@example.org"}).status_code == 404


async def test_an_address_is_confirmed_by_its_person_alone(
    browser: TestClient, database: Database, post_office: MailServer, anna: UUID
) -> None:
    sign_in(browser, database, anna)
    assert browser.post("/auth/email/confirm", data={"email": "new@example.org"}).headers["location"] == (
        "/account?sent=1"
    )
    await deliver(database)
    link, jar = link_in(post_office.taken[0]), dict(browser.cookies)
    browser.cookies.clear()
    assert browser.post(link).headers["location"].startswith("/sign-in?next=%2Fauth%2Flink")
    browser.cookies.update(jar)
    assert "new@example.org will belong to your account" in browser.get(link).text
    assert browser.post(link).headers["location"] == "/account"
    with database.reading() as session:
        assert session.get_one(User, anna).email == "new@example.org"


async def test_nobody_gives_their_address_to_anothers_account(
    browser: TestClient, database: Database, post_office: MailServer, anna: UUID, stranger: UUID
) -> None:
    sign_in(browser, database, stranger)
    browser.post("/auth/email/confirm", data={"email": "anna@example.org"})
    await deliver(database)
    sign_in(browser, database, anna)
    assert browser.post(link_in(post_office.taken[0])).headers["location"] == ENDED
    with database.reading() as session:
        assert session.get_one(User, anna).email is session.get_one(User, stranger).email is None


async def test_an_address_that_was_given_up_leads_into_the_account_no_more(
    browser: TestClient, database: Database, post_office: MailServer
) -> None:
    """Addresses change hands: whoever has the old one next is somebody new."""
    ask(browser, "old@example.org")
    await deliver(database)
    browser.post(link_in(post_office.taken[-1]))
    rosa = user_id_of(browser)
    browser.post("/auth/email/confirm", data={"email": "new@example.org"})
    await deliver(database)
    browser.post(link_in(post_office.taken[-1]))
    browser.cookies.clear()
    ask(browser, "old@example.org")
    await deliver(database)
    browser.post(link_in(post_office.taken[-1]))
    assert user_id_of(browser) != rosa
    with database.reading() as session:
        assert session.get_one(User, rosa).email == "new@example.org"


def test_whose_address_the_sign_in_service_says_chooses_no_other(
    browser: TestClient, database: Database, anna: UUID
) -> None:
    """Else a mailbox of their own let them in after the service does not any more."""
    with database.unscoped() as session:
        session.get_one(User, anna).issuer = "https://id.example"
    sign_in(browser, database, anna)
    assert browser.post("/auth/email/confirm", data={"email": "anna@home.example"}).status_code == 403
    with database.reading() as session:
        assert (session.exec(select(Mail)).first(), session.exec(select(SignInLink)).first()) == (None, None)


def test_nobody_asks_for_a_confirmation(browser: TestClient) -> None:
    answer = browser.post("/auth/email/confirm", data={"email": "anna@example.org"})
    assert answer.status_code == 401


def sign_in(browser: TestClient, database: Database, user_id: UUID) -> None:
    from echoes.settings import get_settings

    with database.unscoped() as session:
        token = service.open_session(session, get_settings(), user_id, "a program")
        assert session.exec(select(AuthSession)).first()
    browser.cookies.clear()
    browser.cookies.set(COOKIE, token)
