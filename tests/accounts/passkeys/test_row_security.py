"""What people change of their ways in and their mail, where the database itself guards the rows."""

from uuid import UUID

import pytest
from sqlmodel import select

from echoes.accounts import service as sessions
from echoes.accounts.passkeys import recovery_codes, service
from echoes.database import Database
from echoes.mail import service as mail
from echoes.mail import unsubscribing
from echoes.mail.messages import film_ready
from echoes.models import Mail, MailKind, MailOptOut, Passkey, RecoveryCode, User
from echoes.settings import get_settings
from tests.support.databases.rows import add_passkey

pytestmark = pytest.mark.postgres


@pytest.fixture
def database(postgres_database: Database) -> Database:
    return postgres_database


def add_person(database: Database, name: str) -> tuple[UUID, str]:
    with database.unscoped() as session:
        user = User(issuer="passkey", subject=name, name=name)
        session.add(user)
        session.flush()
        add_passkey(session, user.id)
        return user.id, sessions.open_session(session, get_settings(), user.id, "a program")


def test_people_change_their_own_and_see_nobody_elses(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECHOES_SMTP_URL", "smtp://127.0.0.1:25?tls=none")
    monkeypatch.setenv("ECHOES_MAIL_FROM", "echoes@example.org")
    get_settings.cache_clear()
    (anna, token), (rosa, _) = add_person(database, "Anna"), add_person(database, "Rosa")
    with database.acting_as(anna) as session:
        (passkey,) = service.passkeys_of(session)
        service.rename(session, passkey.id, "My phone")
        assert len(recovery_codes.make(session, token)) == 10
        service.remove(session, passkey.id, token)
        unsubscribing.set_wanted(session, MailKind.FILM_READY, False)
        content = film_ready("Summer", "/films")
        assert mail.request(session, MailKind.INVITATION, "a@example.org", content, once="1") is not None
        assert mail.request(session, MailKind.INVITATION, "a@example.org", content, once="1") is None
    with database.acting_as(rosa) as session:
        assert len(service.passkeys_of(session)) == 1
        assert recovery_codes.left(session) == 0
        for table in (RecoveryCode, MailOptOut, Mail):
            assert session.exec(select(table)).all() == []
    with database.reading() as session:
        assert [one.owner_id for one in session.exec(select(Passkey))] == [rosa]
        assert [one.owner_id for one in session.exec(select(Mail))] == [anna]
