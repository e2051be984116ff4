"""Every route of ours is asked by nobody, by somebody invited, by a member, by an operator and from another
site, with ids of Anna's and with broken ones: nothing of hers is told or changed. A new route is found by
itself; what it may answer to nobody has to be written down here.
"""

from dataclasses import dataclass

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from echoes.csrf import SAFE_METHODS
from echoes.echoes import WRITTEN_TO_BY_OTHERS, app
from tests.support.processes import PATIENCE
from tests.support.walk import CALLERS, ON_SQLITE, SECRET, Anna, Walked, state_of

pytestmark = pytest.mark.slow

PUBLIC = {
    "POST /auth/local", "POST /auth/sign-out", "GET /auth/start", "GET /auth/callback", "GET /auth/session",
    "GET /r/{code}", "GET /join/{code}", "POST /auth/join", "POST /auth/invitation",
    "POST /auth/recovery", "POST /auth/email", "GET /auth/link/{token}", "POST /auth/link/{token}",
    "POST /auth/passkey/sign-in/options", "POST /auth/passkey/sign-in",
    "POST /auth/passkey/sign-up/options", "POST /auth/passkey/sign-up",
    "OPTIONS /uploads", "GET /watch/{token}", "POST /watch/{token}/unlock", "GET /watch/{token}/unlock",
    "GET /watch/{token}/film.mp4", "GET /watch/{token}/poster.jpg", "GET /watch/{token}/poster-small.webp",
    "GET /watch/{token}/save", "GET /watch/{token}/captions.vtt", "GET /watch/{token}/oembed.json",
    "POST /watch/{token}/reply", "GET /watch/{token}/reply",
    "GET /embed/{token}", "GET /healthz", "GET /readyz", "GET /metrics",
}  # fmt: skip
"""On purpose: signing in and out, invitations, what uploads can do, films by their unguessable links,
health, and metrics, which local mode shows to its own computer."""
BROKEN = ("no-id", "0" * 32, "..%2F..%2Fetc%2Fpasswd", "%00", "x" * 4000, "%F0%9F%8E%9E", "<script>")
FOREIGN = ("https://evil.example", "null", "")
"""Another site, a sandboxed frame in one, and whoever does not say where they come from."""
REFUSED = range(400, 500)
SIGN_OUT = "/auth/sign-out"
CLOSED = 503
"""A webhook without its secret."""


@dataclass(frozen=True)
class Asked:
    method: str
    route: str

    def __str__(self) -> str:
        return f"{self.method} {self.route}"

    def path(self, value: str) -> str:
        inside = self.route.split("{", 1)
        return self.route if len(inside) == 1 else inside[0] + value + inside[1].partition("}")[2]


def every_route() -> list[Asked]:
    assert isinstance(app.api_transformer, Starlette)
    routes = [route for route in app.api_transformer.routes if isinstance(route, Route)]
    assert len(routes) > 10
    found = [
        Asked(method, route.path.replace(":path", ""))
        for route in routes
        for method in sorted(route.methods or ())
        if method != "HEAD"
    ]
    return sorted(found, key=lambda asked: asked.route == SIGN_OUT)  # After which nobody is signed in.


ROUTES = every_route()
BROWSER = httpx.Client(timeout=PATIENCE)


def ask(walked: Walked, asked: Asked, value: str, origin: str, cookie: str = "") -> httpx.Response:
    headers = {"tus-resumable": "1.0.0", "upload-offset": "0", "upload-length": "9"}
    headers |= {"origin": origin} if origin else {}
    headers |= {"content-type": "application/offset+octet-stream"} if asked.method == "PATCH" else {}
    headers |= {"cookie": cookie} if cookie else {}
    return BROWSER.request(asked.method, walked.address + asked.path(value), headers=headers)


def is_refused(answer: httpx.Response) -> bool:
    """Or sent to sign in first."""
    return answer.status_code in (*REFUSED, CLOSED) or answer.headers.get("location", "").startswith(
        "/sign-in"
    )


def test_what_is_public_is_there() -> None:
    assert {str(asked) for asked in ROUTES} >= PUBLIC


@pytest.mark.parametrize(("walked", "caller"), CALLERS, indirect=["walked"])
def test_others_learn_and_change_nothing(walked: Walked, anna_of: Anna, caller: str) -> None:
    cookie = walked.cookie_of(caller)
    before = state_of(walked.database, anna_of.user_id)
    for asked in ROUTES:
        for value in anna_of.asked_by(caller):
            answer = ask(walked, asked, value, walked.address, cookie)
            if caller != "a member" and str(asked) not in PUBLIC:
                assert is_refused(answer), f"{asked} answers {caller}: {answer.status_code}"
            for secret in anna_of.secrets:
                assert secret not in answer.text, f"{asked} tells {secret}"
            if asked.path("") == asked.route:
                break
    assert state_of(walked.database, anna_of.user_id) == before


@pytest.mark.parametrize("walked", ON_SQLITE, indirect=True)
def test_an_operator_reads_nothing_of_hers_by_a_route(walked: Walked, anna_of: Anna) -> None:
    cookie = walked.cookie_of("an operator")
    for asked in ROUTES:
        for value in anna_of.told if asked.path("") != asked.route else anna_of.told[:1]:
            answer = ask(walked, asked, value, walked.address, cookie)
            for secret in (SECRET, "secret.jpg", "Traceback"):
                assert secret not in answer.text, f"{asked} tells an operator {secret}"


def test_another_site_changes_nothing_even_with_her_cookie(walked: Walked, anna_of: Anna) -> None:
    before = state_of(walked.database, anna_of.user_id)
    for asked in ROUTES:
        if asked.method not in SAFE_METHODS and asked.route not in WRITTEN_TO_BY_OTHERS:
            for origin in FOREIGN:
                answer = ask(walked, asked, anna_of.ids[0], origin, anna_of.cookie)
                assert answer.status_code == 403, f"{asked} lets {origin or 'a request without origin'} in"
    assert state_of(walked.database, anna_of.user_id) == before


def test_broken_addresses_find_nothing_and_break_nothing(walked: Walked) -> None:
    cookie = walked.sign_in("A vandal")
    for asked in ROUTES:
        if asked.route not in WRITTEN_TO_BY_OTHERS and "{" in asked.route:
            for value in BROKEN:
                answer = ask(walked, asked, value, walked.address, cookie)
                assert answer.status_code < 500, f"{asked} breaks on {value[:20]!r}"
                assert "Traceback" not in answer.text
