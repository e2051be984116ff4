"""CSRF protection by Origin and Fetch Metadata.

Where a request comes from. No other site acts in a person's name: what changes something is asked for by
our own pages alone.
"""

from collections.abc import Collection, Mapping
from ipaddress import IPv6Address, IPv6Network

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from echoes.errors import Refused
from echoes.settings import get_settings

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OUR_SITES = frozenset({"same-origin", "none"})
"""By Sec-Fetch-Site: our pages, or the person themselves, who typed an address."""
A_TAB = "document"
"""By Sec-Fetch-Dest: what was asked for is shown as a whole tab."""


class CrossSite(Refused):
    code = "cross_site"

    def __init__(
        self, sentence: str = "This was sent from another site. Please open Echoes and try again."
    ) -> None:
        super().__init__(sentence)


def client_address(request: HTTPConnection) -> str:
    """The server has put the visitor's in the place of a trusted proxy's (ECHOES_TRUSTED_PROXIES).

    Of IPv6 it is the network: everybody has as many addresses in theirs as they like.
    """
    host = request.client.host if request.client else ""
    try:
        address = IPv6Address(host)
    except ValueError:
        return host
    return str(address.ipv4_mapped or IPv6Network((address, 64), strict=False))


def is_same_origin(headers: Mapping[str, str], origins: Collection[str]) -> bool:
    """Browsers send Origin with every POST; very old ones at least say in another header who sent it.

    Compared with what we were told, not with Host: a site can make its own name lead to this machine.
    """
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site") in OUR_SITES
    return origin in origins


def is_cross_site_fetch(headers: Mapping[str, str]) -> bool:
    """A picture, a frame or a script's request in a page of another site: nobody went anywhere."""
    is_elsewhere = headers.get("sec-fetch-site", "none") not in OUR_SITES
    return is_elsewhere and headers.get("sec-fetch-dest", A_TAB) != A_TAB


def require_same_origin(request: HTTPConnection, sentence: str) -> None:
    """Raises CrossSite with a sentence of the form's own, in case no middleware stands before it."""
    if not is_same_origin(request.headers, get_settings().origins):
        raise CrossSite(sentence)


def is_same_origin_request(scope: Scope) -> bool:
    """What changes nothing may come from anywhere."""
    return scope["method"] in SAFE_METHODS or is_same_origin(Headers(scope=scope), get_settings().origins)


class CsrfMiddleware:
    """Before all routes, so that a new one is guarded by being there. What another service may call is named
    in `open_to_all`, and has to prove in its own way who sent it."""

    def __init__(self, app: ASGIApp, open_to_all: Collection[str]) -> None:
        self._app = app
        self._open_to_all = frozenset(open_to_all)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._may_pass(scope):
            raise CrossSite
        await self._app(scope, receive, send)

    def _may_pass(self, scope: Scope) -> bool:
        return scope["type"] != "http" or scope["path"] in self._open_to_all or is_same_origin_request(scope)
