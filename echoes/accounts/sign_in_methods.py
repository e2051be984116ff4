"""Ways in: by what else than passkeys somebody can sign in, and whether they did so just now."""

from datetime import timedelta

from sqlmodel import Session, col, select

from echoes.accounts.openid.client import is_configured
from echoes.accounts.passkeys.relying_party import ISSUER
from echoes.accounts.service import token_hash
from echoes.accounts.sign_up import INVITED_ISSUER, LOCAL_ISSUER
from echoes.database import UserSession
from echoes.errors import Refused
from echoes.models import AuthSession, Passkey, User, now
from echoes.settings import Settings
from echoes.settings.sections.sign_in import EMAIL, sign_in_ways

RECENT = timedelta(minutes=10)
BY_EMAIL = "email"
"""The issuer of people who signed up by a link that was mailed to them."""


class ConfirmFirst(Refused):
    code = "confirm_first"

    def __init__(self) -> None:
        super().__init__("Please confirm with a passkey that it is you, then try again.")


def has_other(session: UserSession, settings: Settings) -> bool:
    """Whether this person could sign in without any passkey or recovery code."""
    user = session.user
    if user.issuer == LOCAL_ISSUER:
        return settings.is_local
    if EMAIL in sign_in_ways(settings) and user.email:
        return True
    return not owns_address(user) and is_configured(settings)


def owns_address(user: User) -> bool:
    """Whether the address is this person's own to choose: of others the sign-in service says it each time."""
    return user.issuer in (LOCAL_ISSUER, ISSUER, INVITED_ISSUER, BY_EMAIL)


def require_recent_sign_in(session: Session, token: str | None) -> None:
    """Before the ways in are changed: who finds a screen left open makes no passkey of their own."""
    if not is_recent_enough(session, token):
        raise ConfirmFirst


def is_recent_enough(session: Session, token: str | None) -> bool:
    """Who has no passkey yet cannot confirm with one, and need not."""
    here = select(AuthSession).where(col(AuthSession.token_hash) == token_hash(token or ""))
    if (current := session.exec(here).one_or_none()) is None:
        return False
    if current.created_at > now() - RECENT:
        return True
    own = select(Passkey.id).where(col(Passkey.owner_id) == current.user_id)
    return session.exec(own).first() is None
