"""Login attempt (state, nonce, PKCE).

An attempt to sign in with the provider, between our redirect to it and its redirect back.

Each has a cookie of its own: Authlib's session integration keeps one attempt only, and one cookie for all
would let two tabs that begin together forget each other's. Signed, ten minutes long, used once.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.responses import Response

from echoes.accounts.cookies import cookie_name, delete_cookie, set_cookie
from echoes.settings import Settings, signing_key

PREFIX = "echoes_attempt_"
SECONDS = 600
MOST = 4
"""At once in one browser, so that cookies never fill a request's headers."""


@dataclass(frozen=True, slots=True)
class LoginAttempt:
    state: str
    nonce: str
    code_verifier: str
    target: str
    """Where the person was going."""
    invitation: str = ""
    """The code with which they came."""

    def kept(self) -> dict[str, str]:
        """Without what is empty, so that a process of the release before can read it too."""
        return {name: value for name, value in asdict(self).items() if value}


def remember(
    response: Response, attempt: LoginAttempt, cookies: Mapping[str, str], settings: Settings
) -> None:
    for name in _surplus(cookies, settings):
        delete_cookie(response, name, settings)
    set_cookie(response, _name(attempt.state), _serializer(settings).dumps(attempt.kept()), SECONDS, settings)


def recall(cookies: Mapping[str, str], state: str, settings: Settings) -> LoginAttempt | None:
    """None for a state that this browser did not begin with, or too long ago."""
    cookie = cookies.get(cookie_name(_name(state), settings), "")
    try:
        attempt = LoginAttempt(**_serializer(settings).loads(cookie, max_age=SECONDS))
    except BadSignature:
        return None
    return attempt if attempt.state == state else None


def clear(response: Response, state: str, settings: Settings) -> None:
    delete_cookie(response, _name(state), settings)


def _surplus(cookies: Mapping[str, str], settings: Settings) -> list[str]:
    """The oldest, so that there is room for one more; and what is no attempt any more."""
    begun: list[tuple[float, str]] = []
    for name, value in cookies.items():
        plain = name.removeprefix("__Host-")
        if plain.startswith(PREFIX) and name == cookie_name(plain, settings):
            begun.append((_begun_at(value, settings), plain))
    newest = sorted(begun, reverse=True)
    return [plain for place, (moment, plain) in enumerate(newest) if place >= MOST - 1 or moment == 0]


def _begun_at(value: str, settings: Settings) -> float:
    try:
        _, moment = _serializer(settings).loads(value, max_age=SECONDS, return_timestamp=True)
    except BadSignature:
        return 0.0
    return float(moment.timestamp())


def _name(state: str) -> str:
    return PREFIX + hashlib.sha256(state.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _serializer(settings: Settings) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(signing_key(settings), salt="echoes sign-in attempt")
