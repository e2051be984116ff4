"""Mails against a real SMTP server: sent, tried again, refused, lost, and never twice."""

import asyncio
import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select, update

from echoes.database import Database
from echoes.mail import sending, service
from echoes.mail.messages import film_ready, invitation
from echoes.mail.sending import SendMail
from echoes.models import Mail, MailKind, MailStatus, Role, User, now
from tests.mail.conftest import ADDRESS, ask, mail_of
from tests.support.databases.fresh import forget
from tests.support.servers.smtp import LOST, OK, MailServer


class Steps:
    """As the engine has them, with a database of its own and without its memory."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def transaction(self, function: Any, *args: Any) -> Any:
        with self._database.unscoped() as session:
            return function(session, *args)

    async def step(self, function: Any, *args: Any) -> Any:
        return await function(*args)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "BACKOFF_SECONDS", (0.0,))


def send(database: Database, mail_id: UUID) -> Mail:
    steps: Any = Steps(database)
    asyncio.run(SendMail().run(steps, str(mail_id)))
    return mail_of(database, mail_id)


def test_a_mail_is_sent_once(database: Database, anna: UUID, post_office: MailServer) -> None:
    mail_id = ask(database, anna)
    mail = send(database, mail_id)
    assert (mail.status, mail.content, mail.failure) == (MailStatus.SENT, {}, "")
    assert send(database, mail_id).status == MailStatus.SENT
    assert post_office.recipients == [ADDRESS]


def test_asking_twice_asks_once(database: Database, anna: UUID, post_office: MailServer) -> None:
    first, second = ask(database, anna), ask(database, anna)
    assert first == second
    assert ask(database, anna, once="film:2") != first


def test_not_now_is_tried_again(database: Database, anna: UUID, post_office: MailServer) -> None:
    post_office.to_recipient = ["451 4.7.1 Greylisted, try again later", "421 4.3.2 Closing"]
    post_office.to_message = ["452 4.2.2 Mailbox full"]
    mail = send(database, ask(database, anna))
    assert (mail.status, mail.attempts, len(post_office.taken)) == (MailStatus.SENT, 3, 1)


def test_after_a_restart_it_does_not_wait_again_for_what_was_tried(
    database: Database, anna: UUID, post_office: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Restarted(Steps):
        """Three attempts failed before: the engine knows them by their results."""

        known = 3

        async def step(self, function: Any, *args: Any) -> Any:
            self.known -= 1
            return {"status": "", "failure": ""} if self.known >= 0 else await function(*args)

    waited: list[float] = []

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(sending, "BACKOFF_SECONDS", (1.0, 20.0, 300.0, 4000.0))
    monkeypatch.setattr(sending, "sleep", wait)
    mail_id = ask(database, anna)
    steps: Any = Restarted(database)
    asyncio.run(SendMail().run(steps, str(mail_id)))
    assert (mail_of(database, mail_id).status, waited) == (MailStatus.SENT, [300.0])


def test_a_refusal_is_for_good(
    database: Database, anna: UUID, post_office: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    post_office.to_recipient = [f"550 5.1.1 <{ADDRESS}>: no such user"]
    mail = send(database, ask(database, anna))
    assert (mail.status, mail.failure) == (
        MailStatus.FAILED, "the server refused the recipient: 550 5.1.1",
    )  # fmt: skip
    assert post_office.taken == []
    assert "550 5.1.1" in caplog.text
    assert ADDRESS not in caplog.text


def test_a_refused_message_is_for_good(database: Database, anna: UUID, post_office: MailServer) -> None:
    post_office.to_message = ["554 5.7.1 Spam"]
    assert send(database, ask(database, anna)).failure == "the server refused the message: 554 5.7.1"


def test_a_line_that_breaks_after_the_message_is_not_known_and_not_tried_again(
    database: Database, anna: UUID, post_office: MailServer
) -> None:
    post_office.to_message = [LOST]
    mail_id = ask(database, anna)
    assert send(database, mail_id).status == MailStatus.UNKNOWN
    assert send(database, mail_id).status == MailStatus.UNKNOWN
    assert len(post_office.taken) == 1


def test_a_process_that_ended_in_between_hands_nothing_over_again(
    database: Database, anna: UUID, post_office: MailServer
) -> None:
    mail_id = ask(database, anna)
    sending._hand_over(mail_id)  # And then it was killed.
    mail = send(database, mail_id)
    assert (mail.status, mail.failure) == (MailStatus.UNKNOWN, sending.INTERRUPTED)
    assert post_office.taken == []


def test_of_two_workers_one_hands_it_over(
    database: Database, anna: UUID, post_office: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one was thought dead, and comes to the last line first."""
    mail_id, hand_over = ask(database, anna), sending._hand_over

    def too_late(mail: UUID) -> None:
        hand_over(mail)
        hand_over(mail)

    monkeypatch.setattr(sending, "_hand_over", too_late)
    assert send(database, mail_id).failure == sending.TAKEN_OVER
    assert post_office.taken == []


def test_a_server_that_is_away_is_asked_again(
    database: Database, anna: UUID, post_office: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = f"smtp://127.0.0.1:{post_office.port}?tls=none"
    monkeypatch.setenv("ECHOES_SMTP_URL", "smtp://127.0.0.1:1?tls=none")
    forget()
    mail_id = ask(database, anna)
    outcome = asyncio.run(sending.attempt(str(mail_id)))
    assert outcome["status"] == ""
    assert mail_of(database, mail_id).failure == "the server cannot be reached: ConnectionRefusedError"
    monkeypatch.setenv("ECHOES_SMTP_URL", right)
    forget()
    assert send(database, mail_id).status == MailStatus.SENT


def test_what_came_too_late_is_not_sent(database: Database, anna: UUID, post_office: MailServer) -> None:
    mail_id = ask(database, anna)
    with database.unscoped() as session:
        session.exec(update(Mail).values(expires_at=now() - timedelta(seconds=1)))
    assert send(database, mail_id).status == MailStatus.FAILED
    assert post_office.taken == []


def test_backoff_grows_to_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    waits = [sending.backoff_seconds(number) for number in range(8)]
    assert waits == sorted(waits)
    assert waits[-1] == waits[-2] == 3 * 3600


def test_a_mail_whose_owner_is_gone_is_dropped(
    database: Database, anna: UUID, post_office: MailServer
) -> None:
    mail_id = ask(database, anna)
    with database.unscoped() as session:
        service.erase(session, anna)
    assert asyncio.run(sending.attempt(str(mail_id)))["status"] == MailStatus.DROPPED


def test_a_job_that_was_given_up_ends_its_mail(
    database: Database, anna: UUID, post_office: MailServer
) -> None:
    mail_id = ask(database, anna)
    with database.unscoped() as session:
        assert SendMail().settle_given_up(session, str(mail_id))
        assert not SendMail().settle_given_up(session, str(mail_id))
    assert mail_of(database, mail_id).status == MailStatus.FAILED


def test_old_mails_are_forgotten(database: Database, anna: UUID, post_office: MailServer) -> None:
    send(database, ask(database, anna))
    ask(database, anna, once="film:2")
    with database.unscoped() as session:
        ended = update(Mail).where(col(Mail.ended_at).is_not(None))
        session.exec(ended.values(ended_at=now() - timedelta(days=31)))
        sending.forget_old(session)
    with database.reading() as session:
        assert [mail.once for mail in session.exec(select(Mail))] == [f"film_ready:film:2:{anna}"]


def test_without_a_mail_server_nothing_is_asked_for(database: Database, anna: UUID) -> None:
    with database.unscoped() as session:
        content = film_ready("Summer", "/films")
        assert service.request(session, MailKind.FILM_READY, ADDRESS, content, once="1") is None
        assert session.exec(select(Mail)).all() == []


def test_what_nobody_wants_takes_the_same_way_and_is_not_sent(
    database: Database, post_office: MailServer
) -> None:
    with database.unscoped() as session:
        content = invitation("Anna", "/i/1")
        mail = service.request(
            session, MailKind.SIGN_IN, "nobody@example.org", content, once="1", is_wanted=False
        )
    assert mail is not None
    assert (send(database, mail.id).status, post_office.taken) == (MailStatus.DROPPED, [])


def test_operators_with_an_address_are_told(
    database: Database, anna: UUID, stranger: UUID, post_office: MailServer
) -> None:
    with database.unscoped() as session:
        for person in (anna, stranger):
            session.get_one(User, person).role = Role.OPERATOR
        for _ in range(2):
            service.tell_operators(session, MailKind.BACKUP_BAD, film_ready("x", "/"), once="backup:1")
    with database.reading() as session:
        assert [mail.address for mail in session.exec(select(Mail))] == [ADDRESS]


def test_no_log_line_names_an_address(
    database: Database, anna: UUID, post_office: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    post_office.to_recipient = [f"450 4.1.1 <{ADDRESS}>", OK]
    post_office.to_message = [f"451 4.3.0 <{ADDRESS}>", f"550 5.0.0 <{ADDRESS}>"]
    mail = send(database, ask(database, anna))
    assert mail.status == MailStatus.FAILED
    lines = [line.getMessage() for line in caplog.records if line.name.startswith("echoes")]
    assert lines
    assert not any(ADDRESS in line for line in [*lines, mail.failure])
