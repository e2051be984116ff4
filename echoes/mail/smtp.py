"""SMTP submission by the standard library, step by step, so that we know whether a message was taken."""

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import SMTP as LINES

from echoes.mail.base import MailDeferred, MailRefused, MailUnknown
from echoes.settings.sections.mail import SmtpServer

SECONDS = 30.0
ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b", re.ASCII)
GO_AHEAD = 354
LAST_LINE = b".\r\n"


class SmtpMailer:
    def __init__(self, server: SmtpServer) -> None:
        self._server = server

    def send(self, message: EmailMessage, recipient: str, hand_over: Callable[[], None]) -> None:
        with _signed_in(self._server) as smtp:
            sender = message["From"].addresses[0].addr_spec
            _expect(smtp.mail(sender), "the sender")
            _expect(smtp.rcpt(recipient), "the recipient")
            _expect(smtp.docmd("DATA"), "the message", wanted=(GO_AHEAD,))
            smtp.send(_dotted(message.as_bytes(policy=LINES)))
            # Without its last line no server takes a message: until here it may be begun again.
            hand_over()
            _expect(_finish(smtp), "the message")

    def check(self) -> str:
        with _signed_in(self._server) as smtp:
            _expect(smtp.noop(), "a question")
        return f"{self._server.host}:{self._server.port}, {SAID[self._server.security]}"


SAID = {"starttls": "STARTTLS", "tls": "TLS", "none": "not encrypted"}


@contextmanager
def _signed_in(server: SmtpServer) -> Iterator[smtplib.SMTP]:
    """A connection over which mail may be handed in; whatever breaks until then may go well later."""
    with _unreachable_in_words():
        smtp = _connected(server)
    try:
        with _unreachable_in_words():
            smtp.ehlo_or_helo_if_needed()
            if server.security == "starttls":
                smtp.starttls(context=ssl.create_default_context())
                smtp.ehlo()
            if server.user:
                smtp.login(server.user, server.password)
        with _lost_in_words():
            yield smtp
    finally:
        smtp.close()


def _connected(server: SmtpServer) -> smtplib.SMTP:
    if server.security == "tls":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=context)
    return smtplib.SMTP(server.host, server.port, timeout=SECONDS)


def _finish(smtp: smtplib.SMTP) -> tuple[int, bytes]:
    """From its last line on nobody can know what a silent server has done."""
    try:
        smtp.send(LAST_LINE)
        return smtp.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise MailUnknown("the line broke before the server said whether it took the message") from error


def _dotted(message: bytes) -> bytes:
    """With doubled dots at the beginning of lines, and a line's end (RFC 5321, 4.5.2)."""
    lines = re.sub(rb"(?:\r\n|\n|\r(?!\n))", b"\r\n", message)
    stuffed = re.sub(rb"(?m)^\.", b"..", lines)
    return stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n"


def _expect(reply: tuple[int, bytes], what: str, wanted: tuple[int, ...] = ()) -> None:
    """Only the numbers of a reply are repeated: its words often hold the address."""
    code, text = reply
    if code in wanted or (not wanted and 200 <= code < 300):
        return
    enhanced = ENHANCED.search(text.decode("ascii", "replace"))
    said = f"the server refused {what}: {code}{f' {enhanced[0]}' if enhanced else ''}"
    raise MailRefused(said) if 500 <= code < 600 else MailDeferred(said)


@contextmanager
def _unreachable_in_words() -> Iterator[None]:
    try:
        yield
    except smtplib.SMTPAuthenticationError as error:
        raise MailDeferred(f"the server does not let us in: {error.smtp_code}") from error
    except smtplib.SMTPNotSupportedError as error:
        raise MailDeferred("the server offers no STARTTLS, or no way to sign in that we know") from error
    except smtplib.SMTPResponseException as error:
        raise MailDeferred(f"the server did not greet us: {error.smtp_code}") from error
    except ssl.SSLError as error:
        raise MailDeferred(f"the server cannot be trusted: {error.reason or 'TLS failed'}") from error
    except (OSError, smtplib.SMTPException) as error:
        raise MailDeferred(f"the server cannot be reached: {type(error).__name__}") from error


@contextmanager
def _lost_in_words() -> Iterator[None]:
    try:
        yield
    except (OSError, smtplib.SMTPException) as error:
        raise MailDeferred(f"the line broke: {type(error).__name__}") from error
