"""Safe redirects after sign-in. Where a person may be sent."""

from urllib.parse import urlencode, urlsplit

from echoes.errors import EchoesError

HOME = "/films"
NEW_FILM = "/films/new"
SIGN_IN = "/sign-in"
JOIN = "/join"
LONGEST_ADDRESS = 1000
SIGN_IN_PROBLEMS = {
    "name": "Please enter a name of up to 60 characters.",
    "closed": "Signing in with just a name works only on your own computer.",
    "ended": "Your session has ended. Sign in again to pick up where you left off.",
    "suspended": "This account is suspended. Please contact the people who run this site.",
    "denied": "Signing in was cancelled. Nothing has changed, and you can try again.",
    "expired": "That took too long, or it began in another browser. Please try again.",
    "provider": "The sign-in service is not answering right now. Please try again in a minute.",
    "untrusted": "The sign-in service sent an answer that we could not verify. Please try again.",
    "email": "Echoes needs your e-mail address, and that account did not share one. Please allow it, or"
    " use another account.",
    "unverified": "Your e-mail address is not confirmed there yet. Please confirm it there first.",
    "address": "Please enter an e-mail address, such as anna@example.org.",
    "code": "This code is not right, or it has been used. Please check it, or try another one.",
    "link": "This link has ended, or it has been used. Please ask for a new one.",
    "uninvited": "People join here by invitation.",
    "domain": "Your e-mail address cannot join here without an invitation.",
    "invitation": "This invitation has been used already, or it has ended. Please ask for a new one.",
    "ours": "Something went wrong on our side. Please try again.",
}

UNINVITED = ("uninvited", "domain", "invitation")
"""The problems of those who are not here yet, which have a page of their own."""


class SignInFailed(EchoesError):
    """`problem` is a key of SIGN_IN_PROBLEMS."""

    status = 403
    code = "sign_in_failed"

    def __init__(self, problem: str) -> None:
        super().__init__(SIGN_IN_PROBLEMS[problem])
        self.problem = problem


def safe_redirect(target: str | None) -> str:
    """A path of this app, or home: never another site, however the address is written."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return HOME
    parts = urlsplit(target)
    # `/..//host` is a path, which browsers and routers shorten to `//host`: another site.
    clean = target.isprintable() and not parts.scheme and not parts.netloc and "//" not in parts.path
    return target if clean and parts.path not in (SIGN_IN, JOIN) and len(target) <= LONGEST_ADDRESS else HOME


def sign_in_address(target: str, problem: str = "") -> str:
    """`problem` is a key of SIGN_IN_PROBLEMS: a sentence in an address could be anybody's."""
    page = JOIN if problem in UNINVITED else SIGN_IN
    return f"{page}?{urlencode({'next': safe_redirect(target)} | ({'problem': problem} if problem else {}))}"
