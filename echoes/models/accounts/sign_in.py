"""Ways to sign in without an OpenID provider: passkeys, recovery codes and single-use links."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from echoes.models.base import Owned, Row, UtcDateTime, stored


class Passkey(Owned, table=True):
    """A WebAuthn credential: the public half of a key that a phone, a computer or a stick keeps."""

    __tablename__ = "passkeys"

    credential_id: str = Field(unique=True)
    """In base64url, as browsers write it."""
    public_key: str
    """COSE, in base64url."""
    sign_count: int = Field(default=0, sa_type=sa.BigInteger)
    """How often the authenticator says it was used; 0 for ever where it does not count."""
    transports: str = ""
    """How browsers reach it, separated by spaces: internal, hybrid, usb."""
    name: str
    is_backed_up: bool = False
    """Whether it is kept by a password manager, and so outlives the device."""
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class CeremonyKind(StrEnum):
    SIGN_IN = "sign_in"
    SIGN_UP = "sign_up"
    ADD = "add"


class PasskeyChallenge(Row, table=True):
    """A WebAuthn ceremony under way: deleted by the answer to it, whatever that is worth."""

    __tablename__ = "passkey_challenges"

    challenge_hash: str = Field(unique=True)
    browser_hash: str
    """Of a cookie: only the browser that asked may answer."""
    kind: CeremonyKind = Field(sa_type=stored(CeremonyKind))
    handle: UUID | None = None
    """Whom the passkey will be for (WebAuthn's user handle)."""
    name: str = ""
    """Of somebody who signs up."""
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


class RecoveryCode(Owned, table=True):
    """Signs in once when no passkey is at hand."""

    __tablename__ = "recovery_codes"

    code_hash: str = Field(unique=True)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SignInLinkKind(StrEnum):
    EMAIL = "email"
    """Asked for on the sign-in page, and sent by e-mail."""
    CONFIRM = "confirm"
    """Confirms that an account's new address is its person's."""
    RECOVERY = "recovery"
    """Made by an operator for somebody who cannot get in."""


class SignInLink(Row, table=True):
    """A link that works once. Its token is this row's id, signed: nothing in the database opens anything."""

    __tablename__ = "sign_in_links"

    kind: SignInLinkKind = Field(sa_type=stored(SignInLinkKind))
    user_id: UUID | None = Field(default=None, foreign_key="users.id", ondelete="CASCADE", index=True)
    """Without it: whoever has the address when the link is opened, maybe somebody new."""
    email: str = ""
    target: str = ""
    """Where the person was going."""
    browser_hash: str = ""
    """Of the browser that asked; another one is told so."""
    invitation: str = ""
    """A friend's code, which that browser brought."""
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
