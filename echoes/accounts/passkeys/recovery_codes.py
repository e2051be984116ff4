"""Recovery codes: ten that sign in once each, shown once and kept as hashes."""

import hashlib
import secrets

from sqlmodel import Session, col, delete, func, select, update

from echoes.accounts import sign_in_methods, sign_in_policy
from echoes.accounts.profile import tell_tabs
from echoes.accounts.redirects import SignInFailed
from echoes.database import UserSession
from echoes.models import RecoveryCode, User, now
from echoes.models.base import CODE_LETTERS

CODES = 10
GROUPS, GROUP = 4, 4
"""Sixteen letters of thirty-one: 79 bits, so that a plain fast hash is enough, and guessing is not."""


def make(session: UserSession, token: str | None) -> list[str]:
    """Ten new ones, told once. Those before are worth nothing any more."""
    sign_in_methods.require_recent_sign_in(session, token)
    session.get_one(User, session.user_id, with_for_update=True)
    session.exec(delete(RecoveryCode).where(col(RecoveryCode.owner_id) == session.user_id))
    codes = [_new_code() for _ in range(CODES)]
    for code in codes:
        session.add(RecoveryCode(owner_id=session.user_id, code_hash=_hash_of(code)))
    tell_tabs(session)
    return codes


def left(session: UserSession) -> int:
    """How many have not been used."""
    unused = select(func.count()).select_from(RecoveryCode)
    own = unused.where(col(RecoveryCode.owner_id) == session.user_id, col(RecoveryCode.used_at).is_(None))
    return session.exec(own).one()


def redeem(session: Session, typed: str) -> User:
    """Whose code this is, used up; raises SignInFailed. For an unscoped session: nobody is known yet."""
    given = update(RecoveryCode).where(
        col(RecoveryCode.code_hash) == _hash_of(typed), col(RecoveryCode.used_at).is_(None)
    )
    used = given.values(used_at=now()).returning(col(RecoveryCode.owner_id))
    owner_id = session.exec(used).scalar_one_or_none()
    if owner_id is None:
        raise SignInFailed("code")
    user = session.get_one(User, owner_id)
    sign_in_policy.check(user)
    return user


def _new_code() -> str:
    groups = ("".join(secrets.choice(CODE_LETTERS) for _ in range(GROUP)) for _ in range(GROUPS))
    return "-".join(groups)


def _hash_of(typed: str) -> str:
    """However it was typed: capitals, spaces and hyphens make no difference."""
    plain = "".join(letter for letter in typed.lower() if letter in CODE_LETTERS)
    return hashlib.sha256(f"recovery code {plain}".encode()).hexdigest()
