"""Security headers (CSP, framing, referrer) of every answer."""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from echoes.settings import Settings
from echoes.storage import get_storage

GOOGLE = "https://accounts.google.com"
GOOGLES_PICTURES = "https://*.googleusercontent.com"
FRAMED_BY_ANYBODY = ("/embed/",)
"""Pages made to stand in those of others: nothing in them does anything in a visitor's name."""
YEAR = 365 * 24 * 3600

POLICY = "Content-Security-Policy"
OF_PARTS = ("X-Content-Type-Options", "Referrer-Policy", "Strict-Transport-Security")
"""What says something of a part alone: how it is read, and what is told when it asks for another."""
PICTURES = ("image/avif", "image/jpeg", "image/png", "image/webp")
PARTS = ("text/javascript", "application/javascript", "text/css", "font/", *PICTURES)
"""Scripts, styles, fonts and pictures stand under the policies of the page that asks for them: their own
would be a kilobyte with each of the twenty that a first visit asks for. SVG opened by itself is a page."""

OPENER = "Cross-Origin-Opener-Policy"
ALWAYS = {
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    OPENER: "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), midi=(), "
    "accelerometer=(), gyroscope=(), magnetometer=(), display-capture=(), browsing-topics=()",
}


class SecurityHeadersMiddleware:
    """On all that is answered. A route that has a header of its own keeps it."""

    def __init__(self, app: ASGIApp, settings: Settings, build: Path) -> None:
        self._app = app
        built, files = list(build.rglob("*.html")), get_storage().origin

        def of(*pages: Path, framed: bool = False) -> Mapping[str, str]:
            return headers_of(settings, hashes_of_scripts(pages), files=files, framed=framed)

        self._by_page = {_address(page.relative_to(build)): of(page) for page in built}
        self._any_page, self._no_page, self._framed = of(*built), of(), of(*built, framed=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered = MutableHeaders(scope=message)
                kind = answered.get("content-type", "")
                is_part = kind.startswith(PARTS)
                for name, value in self._headers(scope["path"], kind).items():
                    if not is_part or name in OF_PARTS:
                        answered.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_with_headers)

    def _headers(self, path: str, kind: str) -> Mapping[str, str]:
        """A page of the build is told of its own inline scripts: all of them are a kilobyte an answer."""
        if path.startswith(FRAMED_BY_ANYBODY):
            return self._framed
        if ours := self._by_page.get(path.rstrip("/")):
            return ours
        # "Not modified" says no kind, and browsers take its policy for the page that they have kept.
        return self._no_page if kind and not kind.startswith("text/html") else self._any_page


def _address(page: Path) -> str:
    """What it is asked for by, without a slash at the end: films.html and films/index.html are one."""
    parts = page.with_suffix("").parts
    return "".join(f"/{part}" for part in (parts[:-1] if parts[-1] == "index" else parts))


def headers_of(
    settings: Settings, scripts: Iterable[str], *, framed: bool, files: str = ""
) -> Mapping[str, str]:
    """`files`: the origin of pictures and films where that is not ours."""
    policy = "; ".join(
        f"{name} {' '.join(values)}" for name, values in _policy(settings, scripts, framed, files).items()
    )
    headers = ALWAYS | {POLICY: policy}
    if settings.is_plain_http:
        del headers[OPENER]  # Browsers obey it over https alone, and complain of it on every page.
    if not framed:
        headers["X-Frame-Options"] = "DENY"
    if settings.public_url.startswith("https://"):
        headers["Strict-Transport-Security"] = f"max-age={YEAR}"
    return headers


def _policy(settings: Settings, scripts: Iterable[str], framed: bool, files: str) -> dict[str, list[str]]:
    """Scripts: files of ours, and the inline ones of the build by their hashes; nothing is evaluated.

    Styles may stand inline: the components that Reflex makes carry them in style elements and attributes.
    """
    ours, nothing = "'self'", ["'none'"]
    elsewhere = [files] if files else []
    return {
        "default-src": [ours],
        "script-src": [ours, *sorted(f"'sha256-{digest}'" for digest in scripts)],
        "worker-src": [ours],
        "style-src": [ours, "'unsafe-inline'"],
        "img-src": [ours, "data:", "blob:", *elsewhere, *_pictures_of_people(settings)],
        "media-src": [ours, "blob:", *elsewhere],
        "connect-src": [ours, *_sockets(settings)],
        "object-src": nothing,
        "base-uri": nothing,
        "frame-src": nothing,
        "form-action": [ours],
        "frame-ancestors": ["*"] if framed else nothing,
    }


def _sockets(settings: Settings) -> list[str]:
    """By name, because older Safari does not count them to 'self'."""
    return [origin.replace("http", "ws", 1) for origin in settings.origins]


def _pictures_of_people(settings: Settings) -> list[str]:
    """Where the sign-in service keeps them."""
    if not settings.oidc_client_id:
        return []
    issuer = urlsplit(settings.oidc_issuer)
    known = {GOOGLE: GOOGLES_PICTURES}
    origin = f"{issuer.scheme}://{issuer.netloc}"
    return [known.get(origin, origin)]


def hashes_of_scripts(pages: Iterable[Path]) -> set[str]:
    """SHA-256 of each inline script of these pages, as a policy writes it."""
    reader = _InlineScripts()
    for page in pages:
        reader.feed(page.read_text(encoding="utf-8"))
        reader.reset()
    return {base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in reader.found}


class _InlineScripts(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: set[str] = set()
        self._parts: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script" and "src" not in dict(attrs):
            self._parts = []

    def handle_data(self, data: str) -> None:
        if self._parts is not None:
            self._parts.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "script" and self._parts is not None:
            self.found.add("".join(self._parts))
            self._parts = None
