"""Link headers (preload, modulepreload): the scripts and style sheets of a page are named with its HTML.

Pages whose address holds an id are all drawn from one file, which cannot name what each of them needs: a
browser would learn of it only when the first scripts have run, which takes a slow phone two seconds.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FALLBACK = "__spa-fallback.html"
MANIFEST = "assets/manifest-*.js"
IMPORTED_LATER = re.compile(r"import\(`\./([\w-]+\.js)`\)")
IMPORTED = re.compile(r"""(?:from|import)["'`]\./([\w-]+\.js)["'`]""")
SEEN_AT_ONCE = {"photos": ("uploader",), "arrange": ("player", "sortable")}
"""By the last part of its address, scripts that a page imports only when it is drawn and needs at once. They
come behind those that the page begins with, for it asks the server first."""
LOW = "; fetchpriority=low"
SHEET = re.compile(r"/assets/[\w-]+\.css")


class PagePreloadsMiddleware:
    """On pages with an id in their address, for browsers that read such headers."""

    def __init__(self, app: ASGIApp, build: Path) -> None:
        self._app = app
        self._links = [(pattern, ", ".join(links)) for pattern, links in preloads_of(build).items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        link = scope["type"] == "http" and self._link(scope["path"])
        if not link:
            await self._app(scope, receive, send)
            return

        async def send_with_link(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.append("link", link)
            await send(message)

        await self._app(scope, receive, send_with_link)

    def _link(self, path: str) -> str:
        return next((link for pattern, link in self._links if pattern.fullmatch(path)), "")


def preloads_of(build: Path) -> Mapping[re.Pattern[str], list[str]]:
    """By address, links to what its page needs beside that which the common file names."""
    fallback = build / FALLBACK
    manifest = next(build.glob(MANIFEST), None)
    if manifest is None or not fallback.is_file():
        return {}
    known = fallback.read_text(encoding="utf-8")
    return {
        _pattern(route["path"]): list(_links(build, route, known))
        for route in _routes(manifest)
        if ":" in route.get("path", "")
    }


def _routes(manifest: Path) -> list[dict[str, Any]]:
    """The build writes them as one assignment of JSON."""
    text = manifest.read_text(encoding="utf-8")
    return list(json.loads(text[text.index("{") : text.rindex("}") + 1])["routes"].values())


def _pattern(path: str) -> re.Pattern[str]:
    parts = ("[^/]+" if part.startswith(":") else re.escape(part) for part in path.split("/"))
    return re.compile("/" + "/".join(parts))


def _links(build: Path, route: Mapping[str, Any], known: str) -> Iterator[str]:
    """Each once: sheets, without which nothing is drawn, then scripts, those of the page itself first."""
    own = dict.fromkeys((route["module"], *route.get("imports", ())), "")
    for sheet in dict.fromkeys(SHEET.findall("".join(_text(build, script) for script in own))):
        if sheet not in known:
            yield f"<{sheet}>; rel=preload; as=style"
    drawn_with = {script: LOW for script in _drawn_with(build, route) if script not in own}
    for script, how in (own | drawn_with).items():
        if script not in known:
            yield f"<{script}>; rel=modulepreload{how}"


def _drawn_with(build: Path, route: Mapping[str, Any]) -> Iterator[str]:
    """With what they import themselves, of which a browser would learn one journey later."""
    seen = SEEN_AT_ONCE.get(route["path"].rpartition("/")[2])
    if not seen:
        return
    for name in IMPORTED_LATER.findall(_text(build, route["module"])):
        if name.startswith(seen):
            yield from (f"/assets/{each}" for each in (name, *_imports_of(build, name)))


def _imports_of(build: Path, name: str) -> list[str]:
    return IMPORTED.findall(_text(build, f"/assets/{name}"))


def _text(build: Path, address: str) -> str:
    file = build / address.lstrip("/")
    return file.read_text(encoding="utf-8") if file.is_file() else ""
