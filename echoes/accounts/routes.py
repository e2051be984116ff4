"""Sign-in and sign-out routes: full navigations, because only a response can set an HttpOnly cookie."""

import asyncio
import logging

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from echoes.accounts import cookies, login_attempts, networks, openid, service, sign_up
from echoes.accounts.login_attempts import LoginAttempt
from echoes.accounts.redirects import HOME, SignInFailed, safe_redirect, sign_in_address
from echoes.accounts.sign_up import Identity
from echoes.csrf import client_address, is_cross_site_fetch, require_same_origin
from echoes.database import get_database
from echoes.errors import BadInput, NotSignedIn, Refused
from echoes.models import User
from echoes.models.base import CODE_LETTERS
from echoes.rate_limits.middleware import rate_limited
from echoes.settings import get_settings

SEE_OTHER = 303
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
    if not openid.is_configured(settings) or is_led_here or is_cross_site_fetch(request.headers):
        return _back(target)
    try:
        service_there = await asyncio.to_thread(openid.oidc_client, settings)
        address, attempt = await service_there.begin(target)
    except SignInFailed as failure:
        return _back(target, failure.problem)
    response = RedirectResponse(address, SEE_OTHER)
    login_attempts.remember(response, attempt, _cookies(request), settings)
    return _private(response)


async def callback(request: Request) -> Response:
    """Where the provider sends people back. Whatever comes, it ends on a page that says what to do."""
    settings, query = get_settings(), request.query_params
    attempt = login_attempts.recall(_cookies(request), query.get("state", ""), settings)
    # Only people come back, as whole tabs: what a page of another site fetches is not counted either.
    if attempt is None or is_cross_site_fetch(request.headers):
        return _back(HOME, "expired")
    try:
        response = await _admit(request, attempt)
    except SignInFailed as failure:
        response = _back(attempt.target, failure.problem)
    except Exception:
        logger.exception("a sign-in failed in a way that nobody foresaw")
        response = _back(attempt.target, "ours")
    login_attempts.clear(response, attempt.state, settings)
    return _private(response)


async def _admit(request: Request, attempt: LoginAttempt) -> Response:
    query, settings = request.query_params, get_settings()
    if query.get("error") == "access_denied":
        raise SignInFailed("denied")
    if query.get("error") or not query.get("code"):
        logger.warning("the sign-in service answered %s", _error_code(query.get("error")))
        raise SignInFailed("untrusted")
    service_there = await asyncio.to_thread(openid.oidc_client, settings)
    identity = await service_there.finish(attempt, query["code"])
    token = await asyncio.to_thread(_open_session, request, identity)
    return _signed_in(request, token, attempt.target)


def _error_code(sent: str | None) -> str:
    """For the log: anybody can open this address, so only the words of the standard are repeated."""
    return sent if sent in ERROR_CODES else "with neither a code nor an error of OpenID Connect"


async def sign_in_locally(request: Request) -> Response:
    _require_same_origin(request)
    async with request.form(max_files=0, max_fields=5) as form:
        name, target = str(form.get("name", "")), safe_redirect(str(form.get("next", "")))
    try:
        token = await asyncio.to_thread(_open_session, request, name)
    except SignInFailed as failure:
        return _back(target, failure.problem)
    except (BadInput, Refused) as error:
        return _back(target, "name" if isinstance(error, BadInput) else "closed")
    return _signed_in(request, token, target)


async def sign_out(request: Request) -> Response:
    _require_same_origin(request)
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
        return _private(JSONResponse({"is_signed_in": False}))
    return _private(JSONResponse({"is_signed_in": True}))


async def invite(request: Request) -> Response:
    """A friend's link: the code waits in a cookie until this person signs up, whichever way that takes."""
    response = RedirectResponse("/", SEE_OTHER)
    remember_invitation(response, request.path_params["code"])
    return _private(response)


def remember_invitation(response: Response, code: str) -> None:
    """Whether there is such a code is seen at sign-up: here nobody can try out codes."""
    code = code.lower()
    if len(code) <= LONGEST_CODE and code and set(code) <= set(CODE_LETTERS):
        seconds = cookies.INVITATION_DAYS * cookies.DAY
        cookies.set_cookie(response, cookies.INVITATION, code, seconds, get_settings())


def _open_session(request: Request, who: Identity | str) -> str:
    settings, agent = get_settings(), request.headers.get("user-agent", "")
    jar = _cookies(request)
    invitation = jar.get(cookies.cookie_name(cookies.INVITATION, settings), "")
    before = cookies.token_from(request.headers.get("cookie", ""))
    with get_database().unscoped() as session:
        user: User = (
            sign_up.sign_in_locally(session, settings, who, invitation)
            if isinstance(who, str)
            else sign_up.find_or_create_user(session, settings, who, invitation)
        )
        networks.note(session, user.id, client_address(request))
        request.state.marks = networks.marked(jar, user.id)
        return service.open_session(session, settings, user.id, agent, instead_of=before)


def _close_session(token: str | None) -> None:
    with get_database().unscoped() as session:
        service.close_session(session, token)


def _signed_in(request: Request, token: str, target: str) -> Response:
    response, settings = RedirectResponse(target, SEE_OTHER), get_settings()
    cookies.set_session_cookie(response, token, settings)
    days = settings.session_days
    cookies.set_cookie(response, cookies.BROWSER, request.state.marks, days * cookies.DAY, settings)
    cookies.delete_cookie(response, cookies.INVITATION, get_settings())
    return _private(response)


def _back(target: str, problem: str = "") -> Response:
    return _private(RedirectResponse(sign_in_address(target, problem), SEE_OTHER))


def _private(response: Response) -> Response:
    response.headers["cache-control"] = "no-store"
    return response


def _cookies(request: Request) -> dict[str, str]:
    return cookies.cookies_in(request.headers.get("cookie", ""))


def _require_same_origin(request: Request) -> None:
    require_same_origin(request, "This form was sent from another site. Please open Echoes and try again.")


SIGN_IN = rate_limited(lambda limits: limits.sign_in)

routes = [
    Route("/auth/start", start, methods=["GET"], middleware=SIGN_IN),
    Route("/auth/callback", callback, methods=["GET"], middleware=SIGN_IN),
    Route("/auth/local", sign_in_locally, methods=["POST"], middleware=SIGN_IN),
    Route("/auth/sign-out", sign_out, methods=["POST"]),
    Route("/auth/session", session_status, methods=["GET"]),
    Route("/r/{code}", invite, methods=["GET"]),
]
