"""A reply asks for a mail to the owner of the film, in its own transaction."""

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from echoes.database import Database
from echoes.models import Mail, MailKind, ShareLink, User
from tests.sharing.replies.test_visitor import HEART, WORDS, send
from tests.support.databases.fresh import forget


def test_a_reply_asks_for_a_mail_in_its_own_transaction(
    browser: TestClient, database: Database, link: ShareLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECHOES_SMTP_URL", "smtp://127.0.0.1:9?tls=none")
    monkeypatch.setenv("ECHOES_MAIL_FROM", "Echoes <echoes@example.org>")
    forget()
    with database.unscoped() as session:
        session.get_one(User, link.owner_id).email = "anna@example.org"
    send(browser, link, HEART)
    send(browser, link, WORDS)
    send(browser, link, {"words": ""}, status=422)
    with database.reading() as session:
        assert [mail.kind for mail in session.exec(select(Mail))] == [MailKind.REPLY]
