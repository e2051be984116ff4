"""WebAuthn relying party: who we are to browsers and authenticators."""

from typing import Any
from uuid import UUID

from webauthn.helpers import base64url_to_bytes, parse_client_data_json

from echoes.accounts.passkeys.refusals import PasskeyOfOtherSite, judged
from echoes.errors import NotFound
from echoes.models import User
from echoes.settings import Settings
from echoes.settings.sections.sign_in import PASSKEY, sign_in_ways
from echoes.settings.urls import host_of

NAME = "Echoes"
ISSUER = "passkey"
"""Of people who signed up with a passkey; their subject is the handle that their first one was made for."""

Answer = dict[str, Any]
"""A credential as the browser's `navigator.credentials` gives it, in JSON."""


def require_passkeys(settings: Settings) -> None:
    """Raises NotFound where they are switched off."""
    if not are_passkeys_on(settings):
        raise NotFound("Passkeys are not switched on here.")


def are_passkeys_on(settings: Settings) -> bool:
    return PASSKEY in sign_in_ways(settings)


def rp_id(settings: Settings) -> str:
    return host_of(settings.public_url) or ""


def handle_of(user: User) -> UUID:
    """WebAuthn's user handle: says who somebody is to their own authenticators, and nothing about them."""
    return UUID(user.subject) if user.issuer == ISSUER else user.id


def challenge_in(answer: Answer, settings: Settings) -> bytes:
    """What an answer says it answers to. Raises PasskeyOfOtherSite, apart from all else that can be wrong,
    because a person can do something about it."""
    with judged():
        said = parse_client_data_json(base64url_to_bytes(answer["response"]["clientDataJSON"]))
        is_ours = said.origin in settings.origins and not said.cross_origin
    if not is_ours:
        raise PasskeyOfOtherSite
    return said.challenge
