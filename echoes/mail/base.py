"""The mailer protocol, and what can become of a message."""

from collections.abc import Callable
from email.message import EmailMessage
from functools import cache
from typing import Protocol

from echoes.errors import InternalError
from echoes.settings import get_settings
from echoes.settings.sections.mail import smtp_server

NOT_SET = "no mail server is set (ECHOES_SMTP_URL)"


class MailError(InternalError):
    """`reason` is for the log and for operators, so it names no address."""

    code = "mail"


class MailRefused(MailError):
    """For good: this message will not be taken."""

    code = "mail_refused"


class MailDeferred(MailError):
    """Not taken now; later it may be."""

    code = "mail_deferred"


class MailUnknown(MailError):
    """Handed over, and the server's answer never came."""

    code = "mail_unknown"


class Mailer(Protocol):
    def send(self, message: EmailMessage, recipient: str, hand_over: Callable[[], None]) -> None:
        """Calls `hand_over` right before the message can no longer be taken back; what that raises stops it.
        Raises MailRefused, MailDeferred or MailUnknown. Blocks."""
        ...

    def check(self) -> str:
        """Signs in and sends nothing; says where, or raises MailError."""
        ...


class NoMailer:
    """Where there is no mail server: nothing is asked for, and what was is refused."""

    def send(self, message: EmailMessage, recipient: str, hand_over: Callable[[], None]) -> None:
        raise MailRefused(NOT_SET)

    def check(self) -> str:
        raise MailRefused(NOT_SET)


@cache
def get_mailer() -> Mailer:
    """The mailer of this process."""
    from echoes.mail.smtp import SmtpMailer

    server = smtp_server(get_settings())
    return SmtpMailer(server) if server else NoMailer()
