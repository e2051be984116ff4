"""SMTP submission: encrypted, signed in, and what keeps it from either."""

import ssl
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import pytest

from echoes.mail.base import MailDeferred, MailRefused, NoMailer
from echoes.mail.smtp import SmtpMailer, _dotted
from echoes.settings import Settings
from echoes.settings.sections.mail import SmtpServer, smtp_server
from tests.support.servers.smtp import PASSWORD, USER, mail_server


def message() -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "Echoes <echoes@example.org>", "anna@example.org", "Hello"
    made.set_content("One line.\n.hidden\n..\n.\nThe end, with ü.\n")
    return made


def send(server: SmtpServer) -> list[str]:
    handed: list[str] = []
    SmtpMailer(server).send(message(), "anna@example.org", lambda: handed.append("over"))
    return handed


def server_at(port: int, password: str = PASSWORD, options: str = "") -> SmtpServer:
    """As ECHOES_SMTP_URL says it."""
    url = f"smtp://{quote(USER, safe='')}:{quote(password, safe='')}@localhost:{port}{options}"
    found = smtp_server(Settings(smtp_url=url, mail_from="echoes@example.org"))  # type: ignore[arg-type]
    assert found is not None
    return found


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


@pytest.mark.usefixtures("trusted")
def test_it_signs_in_over_tls_and_every_line_arrives(tls: ssl.SSLContext) -> None:
    with mail_server(tls, demands=True) as office:
        assert send(server_at(office.port)) == ["over"]
        assert SmtpMailer(server_at(office.port)).check() == f"localhost:{office.port}, STARTTLS"
    assert office.was_encrypted == [True]
    (taken,) = office.taken
    assert taken.get_content().splitlines() == ["One line.", ".hidden", "..", ".", "The end, with ü."]


@pytest.mark.usefixtures("trusted")
def test_a_wrong_password_is_said_and_may_be_put_right(tls: ssl.SSLContext) -> None:
    with mail_server(tls, demands=True) as office:
        with pytest.raises(MailDeferred, match="does not let us in: 535"):
            send(server_at(office.port, "wrong"))
        with pytest.raises(MailDeferred, match="does not let us in"):
            SmtpMailer(server_at(office.port, "wrong")).check()
    assert office.taken == []


def test_a_certificate_that_nobody_vouches_for_gets_no_password(tls: ssl.SSLContext) -> None:
    with mail_server(tls, demands=True) as office, pytest.raises(MailDeferred, match="cannot be trusted"):
        send(server_at(office.port))


def test_a_server_without_tls_gets_no_password() -> None:
    with mail_server() as office, pytest.raises(MailDeferred, match="STARTTLS"):
        send(server_at(office.port))


def test_it_waits_with_the_last_line() -> None:
    def fail() -> None:
        raise RuntimeError("the database is away")

    with mail_server() as office:
        server = SmtpServer("127.0.0.1", office.port, "none")
        with pytest.raises(RuntimeError):
            SmtpMailer(server).send(message(), "anna@example.org", fail)
        assert send(server) == ["over"]
    assert len(office.taken) == 1


@pytest.mark.parametrize(
    ("body", "sent"),
    [
        (b"", b"\r\n"), (b".", b"..\r\n"), (b"a\n.b", b"a\r\n..b\r\n"), (b"a\r\n.\r\n", b"a\r\n..\r\n"),
        (b"a\rb", b"a\r\nb\r\n"), (b"a\r\n\n.", b"a\r\n\r\n..\r\n"),
    ],
)  # fmt: skip
def test_nothing_in_a_message_ends_it(body: bytes, sent: bytes) -> None:
    assert _dotted(body) == sent


def test_without_a_server_mail_is_refused() -> None:
    with pytest.raises(MailRefused):
        NoMailer().check()
    with pytest.raises(MailRefused):
        NoMailer().send(message(), "anna@example.org", lambda: None)
