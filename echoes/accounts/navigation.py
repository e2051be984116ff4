"""Where a person may be sent, and from where a form may come."""

from collections.abc import Collection
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request

HOME = "/films"
SIGN_IN = "/sign-in"
SIGN_IN_PROBLEMS = {
    "name": "Please enter a name of 1 to 60 letters.",
    "closed": "Signing in by name alone works only on your own computer.",
}


def safe_next(target: str | None) -> str:
    """A path of this app, or home: never another site, however the address is written."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return HOME
    parts = urlsplit(target)
    # `/..//host` is a path, which browsers and routers shorten to `//host`: another site.
    clean = target.isprintable() and not parts.scheme and not parts.netloc and "//" not in parts.path
    return target if clean and parts.path != SIGN_IN else HOME


def sign_in_address(target: str, problem: str = "") -> str:
    """`problem` is a key of SIGN_IN_PROBLEMS: a sentence in an address could be anybody's."""
    return f"{SIGN_IN}?{urlencode({'next': safe_next(target)} | ({'problem': problem} if problem else {}))}"


def is_same_origin(request: Request, origins: Collection[str]) -> bool:
    """A form of another site names that site. Browsers send Origin with every POST.

    Compared with what we were told, not with Host: a site can make its own name lead to this machine.
    """
    origin = request.headers.get("origin")
    if origin is None:
        return request.headers.get("sec-fetch-site") in {"same-origin", "none"}
    return origin in origins
