"""A worker that is killed while it hands over a mail: nobody gets it twice, and whoever could not have it yet
gets it from the next worker."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal
from uuid import UUID

import pytest

from echoes.database import Database
from echoes.mail import sending
from echoes.models import MailStatus
from echoes.settings import get_settings
from tests.mail.conftest import ADDRESS, ask, mail_of
from tests.support.jobs.engines import worker
from tests.support.processes import wait_for
from tests.support.servers.smtp import MailServer

pytestmark = pytest.mark.slow


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "worker.log"


def handed_over(database: Database, mail_id: UUID, log: Path) -> str:
    """By the next worker: how the mail ended."""
    with worker(log):
        wait_for(lambda: mail_of(database, mail_id).ended_at is not None, "the mail's end")
    return mail_of(database, mail_id).status


def killed_at(place: Literal["at_recipient", "at_message"], post_office: MailServer, log: Path) -> None:
    """A worker, when the server reaches this place of what it hands over."""
    with worker(log) as first:
        setattr(post_office, place, first.kill)
        wait_for(lambda: first.process.poll() is not None, "the worker to be killed")


def test_before_the_message_was_whole_the_next_one_sends_it(
    database: Database, anna: UUID, post_office: MailServer, log: Path
) -> None:
    mail_id = ask(database, anna)
    killed_at("at_recipient", post_office, log)
    assert mail_of(database, mail_id).handed_over_at is None
    assert handed_over(database, mail_id, log) == MailStatus.SENT
    assert post_office.recipients == [ADDRESS]


def test_before_the_server_answered_nobody_sends_it_again(
    database: Database, anna: UUID, post_office: MailServer, log: Path
) -> None:
    mail_id = ask(database, anna)
    killed_at("at_message", post_office, log)
    assert handed_over(database, mail_id, log) == MailStatus.UNKNOWN
    assert mail_of(database, mail_id).failure == sending.INTERRUPTED
    assert post_office.recipients == [ADDRESS]


def test_between_the_server_s_answer_and_the_row_nobody_sends_it_again(
    database: Database, anna: UUID, post_office: MailServer, log: Path
) -> None:
    mail_id = ask(database, anna)
    with database_that_takes_nothing(post_office), worker(log) as first:
        wait_for(lambda: post_office.is_left(), "the worker to have read the answer")
        first.kill()
    assert mail_of(database, mail_id).ended_at is None
    assert handed_over(database, mail_id, log) == MailStatus.UNKNOWN
    assert post_office.recipients == [ADDRESS]


@contextmanager
def database_that_takes_nothing(post_office: MailServer) -> Iterator[None]:
    """From the moment at which the server has the message: what comes of it cannot be written down."""
    path = get_settings().database_url.removeprefix("sqlite:///")
    with sqlite3.connect(path, check_same_thread=False, isolation_level=None) as connection:
        post_office.at_message = lambda: connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")
    connection.close()
