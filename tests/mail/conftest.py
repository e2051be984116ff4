"""A mail server on loopback, and people with addresses."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlmodel import col, select

from echoes.database import Database
from echoes.mail import service
from echoes.mail.messages import film_ready
from echoes.models import Mail, MailKind, User
from tests.support.databases.fresh import forget
from tests.support.servers.smtp import MailServer, mail_server

ADDRESS = "anna@example.org"


@pytest.fixture
def post_office(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """In use, without TLS and passwords."""
    with mail_server() as server:
        monkeypatch.setenv("ECHOES_SMTP_URL", f"smtp://127.0.0.1:{server.port}?tls=none")
        monkeypatch.setenv("ECHOES_MAIL_FROM", "Echoes <echoes@example.org>")
        forget()
        yield server


@pytest.fixture
def anna(anna: UUID, database: Database) -> UUID:
    with database.unscoped() as session:
        session.get_one(User, anna).email = ADDRESS
    return anna


def ask(database: Database, owner: UUID, title: str = "Summer 1987", once: str = "film:1") -> UUID:
    """For “your film is ready”."""
    with database.unscoped() as session:
        content = film_ready(title, "/project/1/film")
        service.tell_person(session, owner, MailKind.FILM_READY, content, once=once)
        return session.exec(select(Mail.id).where(col(Mail.once).contains(once))).one()


def mail_of(database: Database, mail_id: UUID) -> Mail:
    with database.reading() as session:
        mail = session.get_one(Mail, mail_id)
        session.expunge(mail)
        return mail
