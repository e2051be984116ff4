"""POST /auth/passkey/…: WebAuthn ceremonies in JSON, each begun by its options and ended by an answer."""

import asyncio
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from echoes.accounts import entry, profile, service, sign_in_methods, sign_up
from echoes.accounts.entry import private, token_of
from echoes.accounts.passkeys import authentication, registration
from echoes.accounts.passkeys.refusals import PasskeyRefused
from echoes.accounts.passkeys.relying_party import ISSUER, Answer, handle_of, require_passkeys
from echoes.accounts.sign_up import Identity
from echoes.csrf import require_same_origin
from echoes.database import get_database
from echoes.errors import BadInput
from echoes.models import CeremonyKind, Passkey, User
from echoes.rate_limits.middleware import rate_limited
from echoes.settings import Settings, get_settings

LONGEST_BODY = 64 * 1024
UNREADABLE = "We could not read the answer of your browser. Please try again."

Options = Callable[[Session, Settings, str], dict[str, Any]]


async def sign_in_options(request: Request) -> Response:
    await _body(request)
    return await _issue(request, authentication.options)


async def sign_in(request: Request) -> Response:
    answer = await _body(request)
    return await asyncio.to_thread(_sign_in, request, answer)


async def sign_up_options(request: Request) -> Response:
    sent = (await _body(request)).get("name")
    name = sent if isinstance(sent, str) else ""

    codes = entry.codes_of(request)

    def options(session: Session, settings: Settings, browser: str) -> dict[str, Any]:
        # Before a device makes a passkey in vain.
        sign_up.check_may_join(session, settings, codes)
        return registration.options_to_sign_up(session, settings, browser, name)

    return await _issue(request, options)


async def finish_sign_up(request: Request) -> Response:
    answer = await _body(request)
    return await asyncio.to_thread(_sign_up, request, answer)


async def add_options(request: Request) -> Response:
    await _body(request)
    token = token_of(request)
    # Before a transaction is open: that a session was used is written down in one of its own.
    user_id = await asyncio.to_thread(service.authenticate, token)

    def options(session: Session, settings: Settings, browser: str) -> dict[str, Any]:
        user = session.get_one(User, user_id)
        sign_in_methods.require_recent_sign_in(session, token)
        return registration.options_to_add(session, settings, browser, user)

    return await _issue(request, options)


async def add(request: Request) -> Response:
    answer = await _body(request)
    return await asyncio.to_thread(_add, request, answer)


def _sign_in(request: Request, answer: Answer) -> Response:
    settings = get_settings()
    challenge = authentication.redeem(settings, entry.browser_of(request), answer)

    def find(session: Session) -> User:
        return authentication.user_of(session, settings, challenge, answer)

    return entry.with_session(JSONResponse({}), request, entry.open_session(request, find))


def _sign_up(request: Request, answer: Answer) -> Response:
    settings = get_settings()
    codes = entry.codes_of(request)
    begun, passkey = registration.verify(settings, CeremonyKind.SIGN_UP, entry.browser_of(request), answer)

    def make(session: Session) -> User:
        identity = Identity(ISSUER, str(begun.handle), begun.name)
        user = sign_up.find_or_create_user(session, settings, identity, codes)
        registration.keep(session, user.id, passkey, _device(request))
        return user

    return entry.with_session(JSONResponse({}), request, entry.open_session(request, make))


def _add(request: Request, answer: Answer) -> Response:
    settings, token = get_settings(), token_of(request)
    user_id = service.authenticate(token)
    begun, passkey = registration.verify(settings, CeremonyKind.ADD, entry.browser_of(request), answer)
    _keep_another(user_id, begun.handle, passkey, _device(request))
    return private(JSONResponse({}))


def _keep_another(user_id: UUID, handle: UUID | None, passkey: Passkey, device: str) -> None:
    with get_database().acting_as(user_id) as session:
        if handle != handle_of(session.user):
            raise PasskeyRefused  # Somebody else signed in meanwhile: it was not made for them.
        registration.keep(session, user_id, passkey, device)
        profile.tell_tabs(session)


async def _issue(request: Request, options: Options) -> Response:
    """Options for `navigator.credentials`, and the cookie of the browser that may answer."""
    settings, browser = get_settings(), entry.browser_of(request)

    def ask() -> dict[str, Any]:
        with get_database().unscoped() as session:
            return options(session, settings, browser)

    response = JSONResponse(await asyncio.to_thread(ask))
    return private(entry.remember_browser(response, browser))


def _device(request: Request) -> str:
    return profile.device_of(request.headers.get("user-agent", ""))


async def _body(request: Request) -> Answer:
    """A JSON object from one of our pages; raises CrossSite, NotFound, BadInput."""
    require_same_origin(request, "This was sent from another site. Please open Echoes and try again.")
    require_passkeys(get_settings())
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_BODY:
            raise BadInput(UNREADABLE)
    try:
        sent = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise BadInput(UNREADABLE) from None
    if not isinstance(sent, dict):
        raise BadInput(UNREADABLE)
    return sent


SIGN_IN = rate_limited(lambda limits: limits.sign_in)
OPTIONS = rate_limited(lambda limits: limits.passkey_options)

routes = [
    Route("/auth/passkey/sign-in/options", sign_in_options, methods=["POST"], middleware=OPTIONS),
    Route("/auth/passkey/sign-in", sign_in, methods=["POST"], middleware=SIGN_IN),
    Route("/auth/passkey/sign-up/options", sign_up_options, methods=["POST"], middleware=SIGN_IN),
    Route("/auth/passkey/sign-up", finish_sign_up, methods=["POST"], middleware=SIGN_IN),
    Route("/auth/passkey/add/options", add_options, methods=["POST"], middleware=SIGN_IN),
    Route("/auth/passkey/add", add, methods=["POST"], middleware=SIGN_IN),
]
