"""Routes of the guided first start: the one-time link, and the pages behind it. There is nothing else."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from time import monotonic

from jinja2 import Environment, PackageLoader, StrictUndefined, Template, select_autoescape
from starlette.applications import Starlette
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from echoes.commands.setup import env_file
from echoes.commands.setup.browser.dialogue import Dialogue
from echoes.commands.setup.browser.one_time_link import OneTimeLink
from echoes.csrf import is_cross_site_fetch

PATH = "/setup/"
COOKIE = "echoes-setup"
SEE_OTHER = 303
LARGEST_FORM = 16 * 1024
NOT_HERE = PlainTextResponse("There is nothing here. The terminal prints the link, which works once.\n", 404)

Act = Callable[["SetupPages", FormData], None]


@dataclass
class SetupPages:
    """`address` is where browsers reach this, as an origin."""

    dialogue: Dialogue
    link: OneTimeLink
    address: str
    file: Path
    is_over: bool = False
    wants_start: bool = False
    seen_at: float = field(default_factory=monotonic)

    @property
    def url(self) -> str:
        return f"{self.address}{PATH}{self.link.token}"

    @property
    def operators_link(self) -> str:
        """That the work printed, if there is one."""
        return next((line.split()[-1] for line in self._printed if "/join/" in line), "")

    @property
    def _printed(self) -> list[str]:
        return "\n".join(self.dialogue.lines).splitlines()

    def draw(self, nonce: str) -> str:
        dialogue, question = self.dialogue, self.dialogue.question
        number, total = dialogue.progress
        return _template().render(
            nonce=nonce,
            stage="over" if self.is_over else dialogue.stage,
            problem=dialogue.problem,
            question=question,
            number=number,
            total=total,
            suggested=dialogue.suggested,
            summary=dialogue.summary(),
            file=self.file,
            has_file=self.file.exists(),
            costs=dialogue.answers.get("provider", "motion") != "motion",
            lines="\n".join(dialogue.lines),
            join=self.operators_link,
            can_go_back=dialogue.can_go_back,
            is_well=dialogue.stage == "done",
            is_starting=self.wants_start,
            first_page=self.operators_link or _public_url(dialogue),
        )


def _public_url(dialogue: Dialogue) -> str:
    address = f"http://localhost:{dialogue.answers.get('port', '3000')}"
    return env_file.environment_of(dialogue.answers).get("PUBLIC_URL", address)


def application(pages: SetupPages) -> Starlette:
    def acting(act: Act) -> Callable[[Request], Awaitable[Response]]:
        async def run(request: Request) -> Response:
            if not _is_theirs(pages, request) or request.headers.get("origin") != pages.address:
                return NOT_HERE
            if int(request.headers.get("content-length") or LARGEST_FORM + 1) > LARGEST_FORM:
                return PlainTextResponse("That is too long.\n", 413)
            async with request.form(max_files=0, max_fields=5) as form:
                act(pages, form)
            return RedirectResponse(PATH, SEE_OTHER)

        return run

    return Starlette(
        routes=[
            Route(PATH, partial(_show, pages), methods=["GET"]),
            *[Route(f"{PATH}{name}", acting(act), methods=["POST"]) for name, act in ACTS.items()],
            Route(PATH + "{token}", partial(_enter, pages), methods=["GET"]),
        ],
        exception_handlers={404: _nothing, 405: _nothing},
    )


async def _enter(pages: SetupPages, request: Request) -> Response:
    """What another site's page fetches blindly, or a program looks at, neither guesses nor uses it up."""
    if request.method == "HEAD" or not _is_at(pages, request) or is_cross_site_fetch(request.headers):
        return NOT_HERE
    if _is_theirs(pages, request):
        return RedirectResponse(PATH, SEE_OTHER)  # The same browser, which opened the link again.
    if (key := pages.link.redeem(request.path_params["token"])) is None:
        return NOT_HERE
    response = RedirectResponse(PATH, SEE_OTHER)
    # Not "strict": a terminal on a web page leads here from another site, and the link opens only once.
    response.set_cookie(COOKIE, key, path=PATH, httponly=True, samesite="lax")
    return response


async def _show(pages: SetupPages, request: Request) -> Response:
    if not _is_theirs(pages, request):
        return NOT_HERE
    nonce = secrets.token_urlsafe(16)
    return HTMLResponse(pages.draw(nonce), headers=_headers(nonce))


async def _nothing(_request: Request, _error: Exception) -> Response:
    return NOT_HERE


def _is_theirs(pages: SetupPages, request: Request) -> bool:
    is_known = pages.link.knows(request.cookies.get(COOKIE, ""))
    if is_known:
        pages.seen_at = monotonic()
    return is_known and _is_at(pages, request)


def _is_at(pages: SetupPages, request: Request) -> bool:
    """By the name that was printed: by none that a site made lead here."""
    return request.headers.get("host") == pages.address.partition("://")[2]


def _answer(pages: SetupPages, form: FormData) -> None:
    """Of several choices each comes by itself."""
    pages.dialogue.answer(str(form.get("name", "")), ",".join(map(str, form.getlist("value"))))


def _end(pages: SetupPages, form: FormData) -> None:
    if pages.dialogue.stage in ("done", "unwell"):
        is_well = pages.dialogue.stage == "done"
        pages.wants_start, pages.is_over = is_well and form.get("start") == "yes", True


ACTS: dict[str, Act] = {
    "answer": _answer,
    "back": lambda pages, _form: pages.dialogue.back(),
    "begin": lambda pages, form: pages.dialogue.begin(form.get("clip") == "yes"),
    "end": _end,
}


def _headers(nonce: str) -> dict[str, str]:
    policy = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'"
    )
    return {
        "cache-control": "no-store",
        "content-security-policy": policy,
        "referrer-policy": "same-origin",
        "x-content-type-options": "nosniff",
    }


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("echoes.commands.setup.browser"),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("setup.html")
