"""Mails through the real job engine: asked for in a transaction, or not at all; and not again by the next."""

from uuid import UUID

import pytest
from sqlmodel import select

from echoes.database import Database
from echoes.engine import Engine
from echoes.mail import sending, service
from echoes.mail.messages import film_ready
from echoes.models import Mail, MailKind, MailStatus
from tests.mail.conftest import ADDRESS, ask, mail_of
from tests.support.processes import wait_for
from tests.support.servers.smtp import MailServer

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "BACKOFF_SECONDS", (0.0,))


def run_to_the_end(database: Database, mail_id: UUID) -> Mail:
    engine = Engine()
    engine.start()
    try:
        wait_for(lambda: mail_of(database, mail_id).ended_at is not None, "the mail ends")
    finally:
        engine.stop()
    return mail_of(database, mail_id)


def test_a_mail_is_sent_by_the_engine_and_not_again_by_the_next_one(
    post_office: MailServer, database: Database, anna: UUID
) -> None:
    post_office.to_recipient = ["451 4.7.1 Not now"]
    mail_id = ask(database, anna)
    assert run_to_the_end(database, mail_id).status == MailStatus.SENT
    second = ask(database, anna, once="film:2")
    assert run_to_the_end(database, second).status == MailStatus.SENT
    assert post_office.recipients == [ADDRESS, ADDRESS]


def test_what_is_rolled_back_is_not_sent(post_office: MailServer, database: Database, anna: UUID) -> None:

    with pytest.raises(ZeroDivisionError), database.unscoped() as session:
        service.tell_person(session, anna, MailKind.FILM_READY, film_ready("x", "/"), once="lost")
        raise ZeroDivisionError
    with database.reading() as session:
        assert session.exec(select(Mail)).all() == []
    run_to_the_end(database, ask(database, anna))
    assert len(post_office.taken) == 1
