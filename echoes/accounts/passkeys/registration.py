"""WebAuthn registration: make a passkey, for somebody new or for somebody who is signed in."""

import json
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select
from webauthn import generate_registration_options, options_to_json, verify_registration_response
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from echoes.accounts.passkeys import challenges
from echoes.accounts.passkeys.refusals import PasskeyRefused, PasskeyTaken, judged
from echoes.accounts.passkeys.relying_party import NAME, Answer, challenge_in, handle_of, rp_id
from echoes.accounts.sign_up import clean_name
from echoes.errors import Refused
from echoes.models import CeremonyKind, Passkey, PasskeyChallenge, User, new_id
from echoes.settings import Settings

MOST_PASSKEYS = 20
LONGEST_CREDENTIAL_ID = 1023
"""In bytes (WebAuthn, 7.1)."""
TRANSPORTS = frozenset(transport.value for transport in AuthenticatorTransport)


def options_to_sign_up(session: Session, settings: Settings, browser: str, name: str) -> dict[str, Any]:
    """For somebody new, of this name."""
    name, handle = clean_name(name), new_id()
    challenge = challenges.issue(session, CeremonyKind.SIGN_UP, browser, handle, name)
    return _options(settings, challenge, handle, name, [])


def options_to_add(session: Session, settings: Settings, browser: str, user: User) -> dict[str, Any]:
    """Another one. Authenticators that hold one of this person's are asked to say so."""
    known = session.exec(select(Passkey).where(col(Passkey.owner_id) == user.id)).all()
    if len(known) >= MOST_PASSKEYS:
        raise Refused(f"You can have up to {MOST_PASSKEYS} passkeys. Please remove one first.")
    handle = handle_of(user)
    challenge = challenges.issue(session, CeremonyKind.ADD, browser, handle)
    return _options(settings, challenge, handle, user.name, list(known))


def verify(
    settings: Settings, kind: CeremonyKind, browser: str, answer: Answer
) -> tuple[PasskeyChallenge, Passkey]:
    """The ceremony that this ends, and the passkey that it made, which is nobody's yet."""
    challenge = challenge_in(answer, settings)
    begun = challenges.redeem(challenge, kind, browser)
    with judged():
        made = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=rp_id(settings),
            expected_origin=settings.origins,
        )
    if len(made.credential_id) > LONGEST_CREDENTIAL_ID:
        raise PasskeyRefused
    return begun, _passkey(made, answer)


def keep(session: Session, owner_id: UUID, passkey: Passkey, name: str) -> Passkey:
    """Raises PasskeyTaken for one that is known, whoever's it is."""
    passkey.owner_id, passkey.name = owner_id, name
    count = select(func.count()).select_from(Passkey).where(col(Passkey.owner_id) == owner_id)
    if session.exec(count).one() >= MOST_PASSKEYS:
        raise PasskeyRefused
    try:
        with session.begin_nested():
            session.add(passkey)
    except IntegrityError as error:
        raise PasskeyTaken from error
    return passkey


def _options(
    settings: Settings, challenge: bytes, handle: UUID, name: str, known: list[Passkey]
) -> dict[str, Any]:
    options = generate_registration_options(
        rp_id=rp_id(settings),
        rp_name=NAME,
        user_id=handle.bytes,
        user_name=name,
        user_display_name=name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.credential_id)) for one in known
        ],
    )
    made: dict[str, Any] = json.loads(options_to_json(options))
    return made


def _passkey(made: VerifiedRegistration, answer: Answer) -> Passkey:
    offered = answer["response"].get("transports")
    transports = [one for one in offered if one in TRANSPORTS] if isinstance(offered, list) else []
    return Passkey(
        owner_id=new_id(),
        credential_id=bytes_to_base64url(made.credential_id),
        public_key=bytes_to_base64url(made.credential_public_key),
        sign_count=made.sign_count,
        transports=" ".join(sorted(set(transports))),
        name="",
        is_backed_up=made.credential_backed_up,
    )
