"""Opting out of mail: by the account page, by a signed link, or by one click of a mail program (RFC 8058)."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from itsdangerous import BadSignature
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, delete, select

from echoes.database import UserSession
from echoes.errors import NotFound
from echoes.mail.addresses import hash_of_address
from echoes.mail.messages import OPTIONAL
from echoes.models import Mail, MailBlock, MailKind, MailOptOut, User
from echoes.settings import get_settings, id_in, signed_id

PATH = "/mail/unsubscribe"


class LinkUnknown(NotFound):
    code = "unsubscribe_link"

    def __init__(self) -> None:
        super().__init__("This link is not complete. Please open it again from the mail.")


@dataclass(frozen=True, slots=True)
class OptOut:
    """Of a person's kind of mail, or of invitations to an address, which is known by its hash."""

    kind: MailKind
    owner_id: UUID | None = None
    address_hash: str = ""


def unsubscribe_address(mail: Mail) -> str:
    whose = hash_of_address(mail.address) if mail.kind == MailKind.INVITATION else str(mail.owner_id)
    token = signed_id(f"{mail.kind}:{whose}", PATH)
    return f"{get_settings().public_url.rstrip('/')}{PATH}?{urlencode({'token': token})}"


def read(token: str) -> OptOut:
    """Raises LinkUnknown for what was not signed here."""
    try:
        said, _, whose = id_in(token, PATH).partition(":")
        kind = MailKind(said)
        return OptOut(kind, address_hash=whose) if kind == MailKind.INVITATION else OptOut(kind, UUID(whose))
    except (BadSignature, ValueError, TypeError):
        raise LinkUnknown from None


def opt_out(session: Session, choice: OptOut) -> None:
    """For an unscoped session: the link is proof enough. Asking twice is the same as asking once."""
    if choice.kind == MailKind.INVITATION:
        _add(session, MailBlock(address_hash=choice.address_hash))
    elif choice.owner_id and session.get(User, choice.owner_id):
        _add(session, MailOptOut(owner_id=choice.owner_id, kind=choice.kind))


def is_wanted(session: Session, mail: Mail) -> bool:
    if mail.kind == MailKind.INVITATION:
        blocked = select(MailBlock.id).where(col(MailBlock.address_hash) == hash_of_address(mail.address))
        return session.exec(blocked).first() is None
    out = select(MailOptOut.id).where(
        col(MailOptOut.owner_id) == mail.owner_id, col(MailOptOut.kind) == mail.kind
    )
    return mail.kind not in OPTIONAL or session.exec(out).first() is None


def unwanted(session: UserSession) -> set[MailKind]:
    """What this person does without."""
    return {row.kind for row in session.exec(select(MailOptOut))}


def set_wanted(session: UserSession, kind: str, wanted: bool) -> None:
    """From the account page."""
    if kind not in {*OPTIONAL}:
        raise NotFound
    own = delete(MailOptOut).where(
        col(MailOptOut.owner_id) == session.user_id, col(MailOptOut.kind) == MailKind(kind)
    )
    session.exec(own)
    if not wanted:
        session.add(MailOptOut(owner_id=session.user_id, kind=MailKind(kind)))
    session.flush()


def _add(session: Session, row: MailBlock | MailOptOut) -> None:
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return  # It stands there already.
