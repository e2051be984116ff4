"""WebAuthn authentication: sign in with a passkey, without typing who one is."""

import json
import logging
from typing import Any

from sqlmodel import Session, col, select, update
from webauthn import generate_authentication_options, options_to_json, verify_authentication_response
from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.structs import UserVerificationRequirement

from echoes.accounts import sign_in_policy
from echoes.accounts.passkeys import challenges
from echoes.accounts.passkeys.refusals import PasskeyRefused, PasskeyUnknown, judged
from echoes.accounts.passkeys.relying_party import Answer, challenge_in, handle_of, rp_id
from echoes.models import CeremonyKind, Passkey, User, now
from echoes.settings import Settings

logger = logging.getLogger(__name__)


def options(session: Session, settings: Settings, browser: str) -> dict[str, Any]:
    """The same for everybody: the authenticator knows whose its passkeys are (discoverable credentials)."""
    challenge = challenges.issue(session, CeremonyKind.SIGN_IN, browser)
    made = generate_authentication_options(
        rp_id=rp_id(settings), challenge=challenge, user_verification=UserVerificationRequirement.PREFERRED
    )
    asked: dict[str, Any] = json.loads(options_to_json(made))
    return asked


def redeem(settings: Settings, browser: str, answer: Answer) -> bytes:
    """The challenge that this answers, used up by it."""
    challenge = challenge_in(answer, settings)
    challenges.redeem(challenge, CeremonyKind.SIGN_IN, browser)
    return challenge


def user_of(session: Session, settings: Settings, challenge: bytes, answer: Answer) -> User:
    """Who signs in with this; raises PasskeyRefused or SignInFailed."""
    passkey = _find(session, answer)
    user = session.get_one(User, passkey.owner_id)
    _require_handle(user, answer)
    with judged():
        verified = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=rp_id(settings),
            expected_origin=settings.origins,
            credential_public_key=base64url_to_bytes(passkey.public_key),
            # Compared below, where going back is told apart from a wrong signature.
            credential_current_sign_count=0,
        )
    _note_use(session, passkey, verified)
    sign_in_policy.check(user)
    return user


def _find(session: Session, answer: Answer) -> Passkey:
    with judged():
        credential_id = bytes_to_base64url(base64url_to_bytes(answer["rawId"]))
    known = select(Passkey).where(col(Passkey.credential_id) == credential_id)
    if (passkey := session.exec(known).one_or_none()) is None:
        raise PasskeyUnknown
    return passkey


def _require_handle(user: User, answer: Answer) -> None:
    """A discoverable credential says whose it is, and must be right about it."""
    with judged():
        handle = base64url_to_bytes(answer["response"]["userHandle"])
    if handle != handle_of(user).bytes:
        raise PasskeyRefused


def _note_use(session: Session, passkey: Passkey, verified: VerifiedAuthentication) -> None:
    """A counter that does not rise says that there are two of what should be one. Two answers at the same
    moment cannot pass with one count: the change is guarded."""
    counted, known = verified.new_sign_count, passkey.sign_count
    has_gone_back = (counted > 0 or known > 0) and counted <= known
    used = update(Passkey).where(col(Passkey.id) == passkey.id, col(Passkey.sign_count) == known)
    values = {"sign_count": counted, "used_at": now(), "is_backed_up": verified.credential_backed_up}
    if has_gone_back or not session.exec(used.values(**values)).rowcount:
        logger.warning("a passkey's counter went from %d to %d: it may have been copied", known, counted)
        raise PasskeyRefused(
            "This passkey may have been copied, so we did not let it in. Please sign in another way, remove"
            " it, and make a new one."
        )
