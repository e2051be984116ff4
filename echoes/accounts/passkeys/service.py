"""Passkeys of one's account: list, rename and remove them; never the last way in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from echoes.accounts import sign_in_methods
from echoes.accounts.passkeys import recovery_codes
from echoes.accounts.profile import tell_tabs
from echoes.accounts.sign_up import LONGEST_NAME
from echoes.database import UserSession
from echoes.errors import BadInput, NotFound, Refused
from echoes.models import Passkey
from echoes.settings import get_settings
from echoes.text.validation import is_shown


@dataclass(frozen=True, slots=True)
class KnownPasskey:
    id: UUID
    name: str
    made_at: datetime
    used_at: datetime | None
    is_backed_up: bool


def passkeys_of(session: UserSession) -> list[KnownPasskey]:
    """In the order in which they were made."""
    own = select(Passkey).order_by(col(Passkey.id))
    return [
        KnownPasskey(one.id, one.name, one.created_at, one.used_at, one.is_backed_up)
        for one in session.exec(own)
    ]


def rename(session: UserSession, passkey_id: UUID, name: str) -> None:
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME or not is_shown(name):
        raise BadInput(f"Please enter a name of up to {LONGEST_NAME} characters.")
    _get(session, passkey_id).name = name
    tell_tabs(session)


def remove(session: UserSession, passkey_id: UUID, token: str | None) -> None:
    """Raises Refused when nobody could get in without it, and ConfirmFirst after a while."""
    passkey = _get(session, passkey_id)
    sign_in_methods.require_recent_sign_in(session, token)
    is_last = session.exec(select(Passkey.id).where(col(Passkey.id) != passkey_id)).first() is None
    if is_last and not (sign_in_methods.has_other(session, get_settings()) or recovery_codes.left(session)):
        raise Refused("This is your only way in. Make recovery codes or another passkey first.")
    session.delete(passkey)
    tell_tabs(session)


def _get(session: UserSession, passkey_id: UUID) -> Passkey:
    """Locked with the person's row, so that two tabs cannot remove the last two at once."""
    session.get_one(type(session.user), session.user_id, with_for_update=True)
    if (found := session.get(Passkey, passkey_id)) is None:
        raise NotFound("This passkey has already been removed.")
    return found
