"""Compose a message (RFC 5322): plain text and HTML, and headers that nobody can add to."""

from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from echoes.mail.messages import OPTIONAL, Content
from echoes.mail.unsubscribing import unsubscribe_address
from echoes.models import Mail, MailKind
from echoes.settings import get_settings, signed_id
from echoes.settings.sections.mail import sender_of

LONGEST_SUBJECT = 150


def compose(mail: Mail) -> EmailMessage:
    """The same for the same row, whenever it is composed: a second copy would bear the first one's id."""
    content, (name, sender) = Content.from_json(mail.content), sender_of(get_settings())
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(_one_line(name), addr_spec=sender)
    message["To"] = Address(addr_spec=mail.address)
    message["Subject"] = _one_line(content.subject)[:LONGEST_SUBJECT]
    message["Date"] = format_datetime(mail.created_at)
    message["Message-ID"] = f"<{mail.id.hex}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    unsubscribe = _add_unsubscribing(message, mail)
    facts = {"content": content, "address": _address(content), "unsubscribe": unsubscribe}
    message.set_content(_templates().get_template("message.txt").render(facts))
    message.add_alternative(_templates().get_template("message.html").render(facts), subtype="html")
    return message


def can_unsubscribe(kind: MailKind) -> bool:
    return kind in OPTIONAL or kind == MailKind.INVITATION


def _add_unsubscribing(message: EmailMessage, mail: Mail) -> str:
    """One click, as mail programs offer it (RFC 8058)."""
    if not can_unsubscribe(mail.kind):
        return ""
    address = unsubscribe_address(mail)
    message["List-Unsubscribe"] = f"<{address}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return address


def _address(content: Content) -> str:
    """The token of a link is made here, so that the database never holds it."""
    token = f"/{signed_id(content.signed, content.path)}" if content.signed else ""
    return f"{get_settings().public_url.rstrip('/')}{content.path}{token}"


def _one_line(text: str) -> str:
    """What people called something, on one line and without controls."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("echoes.mail"),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
