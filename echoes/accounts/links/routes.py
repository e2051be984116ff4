"""POST /auth/email asks for a link; GET and POST /auth/link/{token} show and follow it."""

import asyncio

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from echoes.accounts import entry, service, sign_in_policy
from echoes.accounts.entry import SEE_OTHER
from echoes.accounts.links import email_links, sign_in_links
from echoes.accounts.redirects import HOME, SignInFailed, safe_redirect, sign_in_address
from echoes.database import get_database
from echoes.errors import BadInput, NotSignedIn
from echoes.models import SignInLink, SignInLinkKind, User
from echoes.rate_limits.middleware import rate_limited
from echoes.settings import get_settings
from echoes.standalone_page import page_with_form
from echoes.text.isolation import isolated

ACCOUNT = "/account"
ELSEWHERE = "This link was asked for in another browser. If it was not you who asked, please close this page."


async def ask_by_email(request: Request) -> Response:
    """The same answer for every address."""
    entry.require_our_form(request)
    async with request.form(max_files=0, max_fields=5) as form:
        address, target = str(form.get("email", "")), safe_redirect(str(form.get("next", "")))
    browser = entry.browser_of(request)
    try:
        await asyncio.to_thread(_ask, request, address, browser, target)
    except BadInput:
        return entry.back(target, "address")
    response = RedirectResponse(f"{sign_in_address(target)}&sent=1", SEE_OTHER)
    return entry.private(entry.remember_browser(response, browser))


async def ask_to_confirm(request: Request) -> Response:
    """A new address of an account, from its page."""
    entry.require_our_form(request)
    async with request.form(max_files=0, max_fields=5) as form:
        address = str(form.get("email", ""))
    try:
        await asyncio.to_thread(_ask_to_confirm, entry.token_of(request), address)
    except BadInput:
        return entry.private(RedirectResponse(f"{ACCOUNT}?problem=address", SEE_OTHER))
    return entry.private(RedirectResponse(f"{ACCOUNT}?sent=1", SEE_OTHER))


async def show_link(request: Request) -> Response:
    """Opening the link does nothing yet: programs that check mail open it, too."""
    try:
        link = await asyncio.to_thread(sign_in_links.peek, request.path_params["token"])
    except SignInFailed as failure:
        return entry.back(HOME, failure.problem)
    return entry.private(HTMLResponse(_page(request, link)))


async def follow_link(request: Request) -> Response:
    entry.require_our_form(request)
    token = request.path_params["token"]
    try:
        link = await asyncio.to_thread(sign_in_links.peek, token)
        if link.kind == SignInLinkKind.CONFIRM:
            await asyncio.to_thread(_confirm, entry.token_of(request), token)
            return entry.private(RedirectResponse(ACCOUNT, SEE_OTHER))
        opened = await asyncio.to_thread(_open_session, request, token)
    except NotSignedIn:
        return entry.back(request.url.path)
    except SignInFailed as failure:
        return entry.back(HOME, failure.problem)
    is_recovery = link.kind == SignInLinkKind.RECOVERY
    return entry.signed_in(request, opened, ACCOUNT if is_recovery else safe_redirect(link.target))


def _ask(request: Request, address: str, browser: str, target: str) -> None:
    with get_database().unscoped() as session:
        email_links.ask(session, get_settings(), address, entry.codes_of(request), browser, target)


def _ask_to_confirm(token: str | None, address: str) -> None:
    user_id = service.authenticate(token)
    with get_database().unscoped() as session:
        email_links.ask_to_confirm(session, user_id, address, token)


def _confirm(session_token: str | None, token: str) -> None:
    """Only in a browser where this person is signed in: else somebody's click could give their address to
    another's account. Raises NotSignedIn."""
    user_id = service.authenticate(session_token)
    with get_database().unscoped() as session:
        email_links.confirm(session, sign_in_links.redeem(session, token), user_id)


def _open_session(request: Request, token: str) -> str:
    def find(session: Session) -> User:
        link = sign_in_links.redeem(session, token)
        if link.kind == SignInLinkKind.EMAIL:
            return email_links.user_of(session, get_settings(), link, entry.codes_of(request).referral)
        return _person_of(session, link)

    return entry.open_session(request, find)


def _person_of(session: Session, link: SignInLink) -> User:
    if (user := sign_in_links.person_of(session, link)) is None:
        raise SignInFailed("link")
    sign_in_policy.check(user)
    return user


def _page(request: Request, link: SignInLink) -> str:
    title, sentence, button = _words(request, link)
    return page_with_form(title, sentence, request.url.path, button)


def _words(request: Request, link: SignInLink) -> tuple[str, str, str]:
    if link.kind == SignInLinkKind.RECOVERY:
        sentence = "This link lets you in once. Please make a new passkey on the page that opens."
        return "Welcome back", sentence, "Sign in"
    if link.kind == SignInLinkKind.CONFIRM:
        return (
            "Is this your address?",
            f"{isolated(link.email)} will belong to your account.",
            "Confirm the address",
        )
    is_here = sign_in_links.is_same_browser(link, entry.browser_of(request))
    return "Welcome", f"You sign in as {isolated(link.email)}." if is_here else ELSEWHERE, "Sign in"


LIMITED = rate_limited(lambda limits: limits.sign_in)

routes = [
    Route("/auth/email", ask_by_email, methods=["POST"], middleware=LIMITED),
    Route("/auth/email/confirm", ask_to_confirm, methods=["POST"], middleware=LIMITED),
    Route("/auth/link/{token}", show_link, methods=["GET"], middleware=LIMITED),
    Route("/auth/link/{token}", follow_link, methods=["POST"], middleware=LIMITED),
]
