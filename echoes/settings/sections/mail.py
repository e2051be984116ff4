"""The mail server (`ECHOES_SMTP_URL`): its address, taken apart, and what keeps it from working."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import TYPE_CHECKING, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from echoes.settings.urls import is_loopback

if TYPE_CHECKING:
    from echoes.settings.fields import Settings


class MailSettings(BaseSettings):
    """A part of Settings."""

    model_config = SettingsConfigDict(env_prefix="ECHOES_")

    smtp_url: SecretStr = SecretStr("")
    """Where mail is handed in: smtp://user:password@host:587 (STARTTLS), or smtps://. Without it: no mail."""
    mail_from: str = ""
    """Who mail comes from: an address, or Name <address>."""


Security = Literal["starttls", "tls", "none"]
PORTS: dict[str, tuple[int, Security]] = {"smtp": (587, "starttls"), "smtps": (465, "tls")}
OPTIONS = {"tls": ("starttls", "none")}


@dataclass(frozen=True, slots=True)
class SmtpServer:
    host: str
    port: int
    security: Security
    user: str = ""
    password: str = field(default="", repr=False)


def smtp_server(settings: "Settings") -> SmtpServer | None:
    """None: there is no mail. Only for an address that `checks_of_mail` lets pass."""
    address = settings.smtp_url.get_secret_value().strip()
    return _server(address) if address else None


def is_mail_on(settings: "Settings") -> bool:
    return bool(settings.smtp_url.get_secret_value().strip())


def sender_of(settings: "Settings") -> tuple[str, str]:
    """Name and address that mail comes from."""
    name, address = parseaddr(settings.mail_from)
    return name or "Echoes", address


def checks_of_mail(settings: "Settings") -> dict[str, bool]:
    """Sentences, and whether all is well with what they say. None repeats the address: it has a password."""
    problem = next(_problems(settings.smtp_url.get_secret_value().strip()), "")
    return {
        "ECHOES_SMTP_URL must look like smtp://user:password@host:587 or smtps://user:password@host:465, "
        "with %40 and the like for special characters.": problem != "form",
        "ECHOES_SMTP_URL must not have tls=none and a password: anybody on the way could read it.": (
            problem != "open"
        ),
        "ECHOES_MAIL_FROM must be an e-mail address, such as Echoes <echoes@example.org>.": (
            not is_mail_on(settings) or _is_sender(settings.mail_from)
        ),
    }


def _problems(address: str) -> Iterator[str]:
    if not address:
        return
    try:
        parts, server = urlsplit(address), _server(address)
    except (ValueError, KeyError):
        yield "form"
        return
    is_plain = address.isprintable() and " " not in address and parts.path in ("", "/") and not parts.fragment
    if not server.host or not is_plain or bool(server.user) != bool(server.password):
        yield "form"
    elif server.security == "none" and server.password and not is_loopback(server.host):
        yield "open"


def _server(address: str) -> SmtpServer:
    parts = urlsplit(address)
    port, security = PORTS[parts.scheme]
    if parts.port == 0:
        raise ValueError("nothing listens there")
    for name, value in parse_qsl(parts.query, strict_parsing=True) if parts.query else ():
        if parts.scheme != "smtp" or value not in OPTIONS[name]:
            raise ValueError(name)
        security = "none" if value == "none" else "starttls"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return SmtpServer(parts.hostname or "", parts.port or port, security, user, password)


def _is_sender(text: str) -> bool:
    _, address = parseaddr(text)
    local, _, domain = address.rpartition("@")
    return bool(local and domain) and text.isprintable() and text.count("@") == 1
