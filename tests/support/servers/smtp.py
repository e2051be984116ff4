"""A real SMTP server on loopback (aiosmtpd): with TLS and passwords, and failures when they are asked for."""

import asyncio
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from echoes.models import now
from tests.support.servers.ports import free_port

USER, PASSWORD = "echoes@example.org", "p@ss:word"
OK = "250 OK"
LOST = "lost"
"""As an answer: the line breaks instead of one."""


@dataclass
class MailServer:
    """What it got, and what it will answer next: to the recipient, and to a whole message."""

    port: int = 0
    taken: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    to_recipient: list[str] = field(default_factory=list)
    to_message: list[str] = field(default_factory=list)
    was_encrypted: list[bool] = field(default_factory=list)
    at_recipient: Callable[[], object] | None = None
    at_message: Callable[[], object] | None = None
    """Done once, before the server answers."""
    _line: asyncio.BaseTransport | None = None

    def is_left(self) -> bool:
        """Whether whoever handed in the last message has closed the connection."""
        return self._line is not None and self._line.is_closing()

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        do_now, self.at_recipient = self.at_recipient, None
        if do_now:
            do_now()
        answer = self.to_recipient.pop(0) if self.to_recipient else OK
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.to_message.pop(0) if self.to_message else OK
        if answer in (OK, LOST):
            assert isinstance(envelope.content, bytes)
            message = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(message, EmailMessage)
            self.taken.append(message)
            self.recipients += envelope.rcpt_tos
            self.was_encrypted.append(session.ssl is not None)
        do_now, self.at_message = self.at_message, None
        if do_now:
            do_now()
        self._line = server.transport
        if answer == LOST:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return answer


def authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    right = LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=data == right, handled=False)


@contextmanager
def mail_server(
    context: ssl.SSLContext | None = None, *, demands: bool = False, at: tuple[str, int] = ("127.0.0.1", 0)
) -> Iterator[MailServer]:
    """`demands`: TLS and a password."""
    handler = MailServer()
    facts: dict[str, Any] = {"tls_context": context} if context else {}
    if demands:
        facts |= {"require_starttls": True, "auth_required": True, "authenticator": authenticate}
    controller = Controller(handler, hostname=at[0], port=at[1] or free_port(), **facts)
    controller.start()
    handler.port = controller.port
    try:
        yield handler
    finally:
        controller.stop()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of 127.0.0.1 and localhost, signed by itself; the key is in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).add_extension(names, critical=False)
        .not_valid_before(now() - timedelta(days=1)).not_valid_after(now() + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path_factory.mktemp("certificate") / "localhost.pem"
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context
