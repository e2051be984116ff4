"""WebAuthn challenges: kept by the server, for five minutes, for one browser and one answer."""

import hashlib
from datetime import timedelta
from uuid import UUID

from sqlmodel import Session, col, delete
from webauthn.helpers import generate_challenge

from echoes.accounts.passkeys.refusals import PasskeyExpired
from echoes.database import get_database
from echoes.models import CeremonyKind, PasskeyChallenge, now

LIFETIME = timedelta(minutes=5)


def issue(
    session: Session, kind: CeremonyKind, browser: str, handle: UUID | None = None, name: str = ""
) -> bytes:
    """A fresh one; what nobody answered in time goes."""
    session.exec(delete(PasskeyChallenge).where(col(PasskeyChallenge.expires_at) <= now()))
    challenge = generate_challenge()
    session.add(
        PasskeyChallenge(
            challenge_hash=hash_of(challenge),
            browser_hash=hash_of(browser.encode("utf-8", "surrogatepass")),
            kind=kind,
            handle=handle,
            name=name,
            expires_at=now() + LIFETIME,
        )
    )
    return challenge


def redeem(challenge: bytes, kind: CeremonyKind, browser: str) -> PasskeyChallenge:
    """In a transaction of its own, so that it is used up whatever the answer is worth."""
    given = delete(PasskeyChallenge).where(
        col(PasskeyChallenge.challenge_hash) == hash_of(challenge),
        col(PasskeyChallenge.browser_hash) == hash_of(browser.encode("utf-8", "surrogatepass")),
        col(PasskeyChallenge.kind) == kind,
        col(PasskeyChallenge.expires_at) > now(),
    )
    with get_database().unscoped() as session:
        found: PasskeyChallenge | None = session.exec(given.returning(PasskeyChallenge)).scalar_one_or_none()
    if found is None:
        raise PasskeyExpired
    return found


def hash_of(secret: bytes) -> str:
    return hashlib.sha256(secret).hexdigest()
