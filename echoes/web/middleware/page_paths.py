"""Trailing slashes: pages under their plain address, without a redirect that costs a round trip."""

from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send


class PagePathsMiddleware:
    """Serves `/films` from `films.html` of the build; Starlette would redirect to the folder beside it."""

    def __init__(self, app: ASGIApp, build: Path) -> None:
        self._app = app
        pages = {page.relative_to(build).with_suffix("") for page in build.rglob("*.html")}
        self._pages = {f"/{page.as_posix()}" for page in pages if page.name not in ("index", "404")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] in self._pages:
            path = f"{scope['path']}.html"
            scope = {**scope, "path": path, "raw_path": path.encode()}
        await self._app(scope, receive, send)
