"""Sign-in and sign-out routes: full navigations, because only a response can set an HttpOnly cookie."""

import asyncio
import logging
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from echoes.accounts import cookies, entry, service, sign_up
from echoes.accounts.entry import SEE_OTHER, FindUser
from echoes.accounts.invitations import routes as invitations
from echoes.accounts.openid import client as openid
from echoes.accounts.openid import login_attempts
from echoes.accounts.openid.login_attempts import LoginAttempt
from echoes.accounts.passkeys import recovery_codes
from echoes.accounts.redirects import HOME, SignInFailed, safe_redirect
from echoes.accounts.sign_up import Codes, Identity
from echoes.database import get_database
from echoes.errors import NotSignedIn
from echoes.models.base import CODE_LETTERS
from echoes.rate_limits.middleware import rate_limited
from echoes.settings import get_settings

ACCOUNT = "/account"
LONGEST_CODE = 20

ERROR_CODES = frozenset({
    "invalid_request", "unauthorized_client", "unsupported_response_type", "invalid_scope", "server_error",
    "temporarily_unavailable", "interaction_required", "login_required", "account_selection_required",
    "consent_required", "invalid_request_uri", "invalid_request_object", "request_not_supported",
    "request_uri_not_supported", "registration_not_supported",
})  # fmt: skip
"""RFC 6749, section 4.1.2.1, and OpenID Connect Core, section 3.1.2.6."""

logger = logging.getLogger(__name__)


async def start(request: Request) -> Response:
    """GET, and a link: a policy on where forms may lead would have to know every provider. What another site
    could do by it, it could do by a link to the provider itself."""
    target = safe_redirect(request.query_params.get("next"))
    settings = get_settings()
    is_led_here = request.headers.get("sec-fetch-site") == "cross-site"
    if not openid.is_configured(settings) or is_led_here:
        return entry.back(target)
    try:
        service_there = await asyncio.to_thread(openid.oidc_client, settings)
        address, attempt = await service_there.begin(target, entry.codes_of(request).invitation)
    except SignInFailed as failure:
        return entry.back(target, failure.problem)
    response = RedirectResponse(address, SEE_OTHER)
    login_attempts.remember(response, attempt, entry.cookies_of(request), settings)
    return entry.private(response)


async def callback(request: Request) -> Response:
    """Where the provider sends people back. Whatever comes, it ends on a page that says what to do."""
    settings, query = get_settings(), request.query_params
    attempt = login_attempts.recall(entry.cookies_of(request), query.get("state", ""), settings)
    if attempt is None:
        return entry.back(HOME, "expired")
    try:
        response = await _admit(request, attempt)
    except SignInFailed as failure:
        response = entry.back(attempt.target, failure.problem)
    except Exception:
        logger.exception("a sign-in failed in a way that nobody foresaw")
        response = entry.back(attempt.target, "ours")
    login_attempts.clear(response, attempt.state, settings)
    return entry.private(response)


async def _admit(request: Request, attempt: LoginAttempt) -> Response:
    query, settings = request.query_params, get_settings()
    if query.get("error") == "access_denied":
        raise SignInFailed("denied")
    if query.get("error") or not query.get("code"):
        logger.warning("the sign-in service answered %s", _error_code(query.get("error")))
        raise SignInFailed("untrusted")
    service_there = await asyncio.to_thread(openid.oidc_client, settings)
    identity = await service_there.finish(attempt, query["code"])
    codes = replace(entry.codes_of(request), invitation=attempt.invitation)
    token = await asyncio.to_thread(entry.open_session, request, _known_by(identity, codes))
    return entry.signed_in(request, token, attempt.target)


def _error_code(sent: str | None) -> str:
    """For the log: anybody can open this address, so only the words of the standard are repeated."""
    return sent if sent in ERROR_CODES else "with neither a code nor an error of OpenID Connect"


async def sign_in_locally(request: Request) -> Response:
    entry.require_our_form(request)
    async with request.form(max_files=0, max_fields=5) as form:
        name, target = str(form.get("name", "")), safe_redirect(str(form.get("next", "")))
    return await entry.enter(request, target, _by_name(name, entry.codes_of(request)))


def _by_name(name: str, codes: Codes) -> FindUser:
    return lambda session: sign_up.sign_in_locally(session, get_settings(), name, codes)


def _known_by(identity: Identity, codes: Codes) -> FindUser:
    return lambda session: sign_up.find_or_create_user(session, get_settings(), identity, codes)


async def sign_in_by_code(request: Request) -> Response:
    """A recovery code, from the sign-in page; then to where a new passkey is made."""
    entry.require_our_form(request)
    async with request.form(max_files=0, max_fields=5) as form:
        code, target = str(form.get("code", "")), safe_redirect(str(form.get("next", "")))
    try:
        token = await asyncio.to_thread(
            entry.open_session, request, lambda session: recovery_codes.redeem(session, code)
        )
    except SignInFailed as failure:
        return entry.back(target, failure.problem)
    return entry.signed_in(request, token, ACCOUNT)


async def sign_out(request: Request) -> Response:
    entry.require_our_form(request)
    await asyncio.to_thread(_close_session, cookies.token_from(request.headers.get("cookie", "")))
    response = RedirectResponse("/", SEE_OTHER)
    cookies.clear_session_cookie(response, get_settings())
    return response


async def session_status(request: Request) -> Response:
    """Whether this browser is signed in, which a tab that was open before cannot know.

    Not by a status: browsers put each 401 into the console, as if something had failed.
    """
    token = cookies.token_from(request.headers.get("cookie", ""))
    try:
        await asyncio.to_thread(service.authenticate, token)
    except NotSignedIn:
        return entry.private(JSONResponse({"is_signed_in": False}))
    return entry.private(JSONResponse({"is_signed_in": True}))


async def refer(request: Request) -> Response:
    """A friend's link: the code waits in a cookie until this person signs up, whichever way that takes."""
    response = RedirectResponse("/", SEE_OTHER)
    remember_referral(response, request.path_params["code"])
    return entry.private(response)


def remember_referral(response: Response, code: str) -> None:
    """Whether there is such a code is seen at sign-up: here nobody can try out codes."""
    code = code.lower()
    if len(code) <= LONGEST_CODE and code and set(code) <= set(CODE_LETTERS):
        seconds = cookies.REFERRAL_DAYS * cookies.DAY
        cookies.set_cookie(response, cookies.REFERRAL, code, seconds, get_settings())


def _close_session(token: str | None) -> None:
    with get_database().unscoped() as session:
        service.close_session(session, token)


LIMITED = rate_limited(lambda limits: limits.sign_in)

routes = [
    Route("/auth/start", start, methods=["GET"], middleware=LIMITED),
    Route("/auth/callback", callback, methods=["GET"], middleware=LIMITED),
    Route("/auth/local", sign_in_locally, methods=["POST"], middleware=LIMITED),
    Route("/auth/recovery", sign_in_by_code, methods=["POST"], middleware=LIMITED),
    Route("/auth/sign-out", sign_out, methods=["POST"]),
    Route("/auth/session", session_status, methods=["GET"]),
    *invitations.routes,
    Route("/r/{code}", refer, methods=["GET"]),
]
