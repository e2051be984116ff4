"""OpenID Connect client: Authlib speaks the protocol; what we demand of the answer stands here."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import OAuth
from joserfc.errors import JoseError

from echoes.accounts.openid.login_attempts import LoginAttempt
from echoes.accounts.redirects import SignInFailed
from echoes.accounts.sign_up import Identity
from echoes.errors import InternalError, brief
from echoes.settings import Settings
from echoes.settings.sections.sign_in import OPENID, sign_in_ways

CALLBACK = "/auth/callback"
SCOPE = "openid email profile"
ADDRESS = ("email", "email_verified")
SECONDS = 10.0
CLOCK_SKEW = 120
DAY = 24 * 3600
SIGNATURES = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"}
)
"""By keys that only the provider has: not `none`, and none by a secret that both sides share."""

logger = logging.getLogger(__name__)


class OidcClient:
    def __init__(self, settings: Settings) -> None:
        self._issuer = settings.oidc_issuer
        self._callback = settings.public_url.rstrip("/") + CALLBACK
        self._client_id = settings.oidc_client_id
        self._client = OAuth().register(
            "provider",
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret.get_secret_value() or None,
            server_metadata_url=self._issuer.rstrip("/") + "/.well-known/openid-configuration",
            client_kwargs={
                "scope": SCOPE,
                "code_challenge_method": "S256",
                "timeout": SECONDS,
                # Else each request reads all certificates anew, which holds up everybody else.
                "verify": httpx2.create_ssl_context(),
            },
        )

    async def begin(self, target: str, invitation: str = "") -> tuple[str, LoginAttempt]:
        """Where to send the browser, and what to remember until it comes back; raises SignInFailed."""
        with _judged():
            await self._metadata()
            begun = await self._client.create_authorization_url(self._callback)
        attempt = LoginAttempt(begun["state"], begun["nonce"], begun["code_verifier"], target, invitation)
        return begun["url"], attempt

    async def finish(self, attempt: LoginAttempt, code: str) -> Identity:
        """Who came back with this code; raises SignInFailed."""
        with _judged():
            await self._metadata()
            token = await self._client.fetch_access_token(
                code=code, redirect_uri=self._callback, code_verifier=attempt.code_verifier
            )
            return self._identity(await self._claims(token, attempt.nonce))

    async def _metadata(self) -> None:
        """Anew once a day, keys and all: providers move, and change their keys."""
        known = self._client.server_metadata
        if known.get("_loaded_at", 0) < time.time() - DAY:
            known.clear()
        metadata = await self._client.load_server_metadata()
        if str(metadata.get("issuer", "")).rstrip("/") != self._issuer.rstrip("/"):
            raise _InvalidIdToken(f"{self._issuer} calls itself {metadata.get('issuer')!r}")
        offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
        metadata["id_token_signing_alg_values_supported"] = [name for name in offered if name in SIGNATURES]
        if not metadata["id_token_signing_alg_values_supported"]:
            raise _InvalidIdToken(f"{self._issuer} signs only by {offered}")

    async def _claims(self, token: dict[str, Any], nonce: str) -> dict[str, Any]:
        """Some providers tell the address only to whoever asks with the access token."""
        claims = await self._client.parse_id_token(
            token, nonce=nonce, claims_options=self._demands(), leeway=CLOCK_SKEW
        )
        if claims is None:
            raise _InvalidIdToken("there is no ID token")
        # A token for several is not for us alone: `azp` would let one pass that another client was given.
        if claims["aud"] not in (self._client_id, [self._client_id]):
            raise _InvalidIdToken(f"the token is for {claims['aud']!r}")
        if not claims.get("email") and "userinfo_endpoint" in self._client.server_metadata:
            asked = await self._client.userinfo(token=token)
            if asked.get("sub") != claims["sub"]:
                raise _InvalidIdToken("the details are those of somebody else")
            # Who tells the address must be who says that it is confirmed.
            return {**asked, **{name: claims[name] for name in claims if name not in ADDRESS}}
        return dict(claims)

    def _demands(self) -> dict[str, dict[str, Any]]:
        issuer = self._client.server_metadata["issuer"]
        return {
            "iss": {"essential": True, "values": [issuer]},
            "aud": {"essential": True, "values": [self._client_id]},
            "sub": {"essential": True},
        }

    def _identity(self, claims: dict[str, Any]) -> Identity:
        email = str(claims.get("email") or "").strip()
        if "@" not in email:
            raise SignInFailed("email")
        confirmed = claims.get("email_verified")
        if confirmed is not True and confirmed != "true":
            raise SignInFailed("unverified")
        names = (claims.get(key) for key in ("name", "given_name", "preferred_username"))
        name = next((str(name) for name in names if name), email.partition("@")[0])
        picture = claims.get("picture")
        return Identity(self._issuer, str(claims["sub"]), name, email, str(picture) if picture else None)


class _InvalidIdToken(InternalError):
    """Why, for the log."""

    code = "invalid_id_token"


@contextmanager
def _judged() -> Iterator[None]:
    """What can go wrong on the other side, as a problem that a person may read."""
    try:
        yield
    except httpx2.HTTPError as error:
        logger.warning("the sign-in service failed: %s", brief(error))
        raise SignInFailed("provider") from error
    except (AuthlibBaseError, JoseError, _InvalidIdToken, ValueError, TypeError, KeyError) as error:
        logger.warning("the sign-in service's answer is refused: %s", brief(error))
        raise SignInFailed("untrusted") from error


def is_configured(settings: Settings) -> bool:
    return bool(settings.oidc_client_id) and OPENID in sign_in_ways(settings)


@lru_cache(maxsize=1)
def oidc_client(settings: Settings) -> OidcClient:
    """One in a process: it remembers what the provider has published about itself. The first call takes its
    time."""
    return OidcClient(settings)
