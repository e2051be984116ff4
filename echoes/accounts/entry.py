"""Entering: what every way of signing in ends with, a session of its own in the browser that asked.

A way in is a function that finds or makes the user, in a transaction of nobody yet: `enter` does the rest.
"""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from echoes.accounts import cookies, networks, service, sign_in_policy
from echoes.accounts.invitations import service as invitations
from echoes.accounts.redirects import SignInFailed, sign_in_address
from echoes.accounts.sign_up import Codes
from echoes.csrf import client_address, require_same_origin
from echoes.database import get_database
from echoes.errors import BadInput, Refused
from echoes.models import User
from echoes.operator_settings import SignUpRules
from echoes.settings import get_settings

SEE_OTHER = 303

FindUser = Callable[[Session], User]
"""Raises SignInFailed, BadInput for a name that is none, or Refused where this way in is closed."""


@dataclass(frozen=True, slots=True)
class WayIn:
    """What somebody who is not signed in may know: who may join, and who invited them."""

    rules: SignUpRules
    is_invited: bool = False
    inviter: str = ""
    """Empty where the command line invited, or somebody who has left."""
    credits: int = 0


def way_in(cookie_header: str) -> WayIn:
    settings = get_settings()
    code = cookies.cookies_in(cookie_header).get(cookies.cookie_name(cookies.INVITATION, settings), "")
    with get_database().reading() as session:
        rules = sign_in_policy.rules_of(session, settings)
        if (invitation := invitations.find_open(session, code)) is None:
            return WayIn(rules)
        return WayIn(rules, True, invitations.inviter(session, invitation), invitation.credits)


async def enter(request: Request, target: str, find: FindUser) -> Response:
    try:
        token = await asyncio.to_thread(open_session, request, find)
    except SignInFailed as failure:
        return back(target, failure.problem)
    except (BadInput, Refused) as error:
        return back(target, "name" if isinstance(error, BadInput) else "closed")
    return signed_in(request, token, target)


def codes_of(request: Request) -> Codes:
    jar, settings = cookies_of(request), get_settings()
    invitation, referral = (
        jar.get(cookies.cookie_name(name, settings), "") for name in (cookies.INVITATION, cookies.REFERRAL)
    )
    return Codes(invitations.plain(invitation), referral)


def open_session(request: Request, find: FindUser) -> str:
    settings, agent = get_settings(), request.headers.get("user-agent", "")
    jar = cookies_of(request)
    before = token_of(request)
    with get_database().unscoped() as session:
        user = find(session)
        networks.note(session, user.id, client_address(request))
        request.state.marks = networks.marked(jar, user.id)
        return service.open_session(session, settings, user.id, agent, instead_of=before)


def signed_in(request: Request, token: str, target: str) -> Response:
    return with_session(RedirectResponse(target, SEE_OTHER), request, token)


def with_session(response: Response, request: Request, token: str) -> Response:
    """An answer that brings the cookies of the session that `open_session` began."""
    settings = get_settings()
    cookies.set_session_cookie(response, token, settings)
    days = settings.session_days
    cookies.set_cookie(response, cookies.BROWSER, request.state.marks, days * cookies.DAY, settings)
    for used_up in (cookies.INVITATION, cookies.REFERRAL):
        cookies.delete_cookie(response, used_up, settings)
    return private(response)


def browser_of(request: Request) -> str:
    """By a random cookie: the one that it has, or a new one, for `remember_browser`."""
    known = cookies_of(request).get(cookies.cookie_name(cookies.CEREMONY, get_settings()))
    return known or secrets.token_urlsafe(16)


def remember_browser(response: Response, browser: str) -> Response:
    cookies.set_cookie(response, cookies.CEREMONY, browser, cookies.CEREMONY_SECONDS, get_settings())
    return response


def back(target: str, problem: str = "") -> Response:
    return private(RedirectResponse(sign_in_address(target, problem), SEE_OTHER))


def private(response: Response) -> Response:
    response.headers["cache-control"] = "no-store"
    return response


def token_of(request: Request) -> str | None:
    return cookies.token_from(request.headers.get("cookie", ""))


def cookies_of(request: Request) -> dict[str, str]:
    return cookies.cookies_in(request.headers.get("cookie", ""))


def require_our_form(request: Request) -> None:
    require_same_origin(request, "This form was sent from another site. Please open Echoes and try again.")
