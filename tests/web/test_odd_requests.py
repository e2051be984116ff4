"""Every route of ours is sent what no browser sends, in each place where something can stand: halves of
surrogate pairs, NUL, controls, numbers without end. Each is answered with a sentence, and nothing breaks.
A new route is found by itself.
"""

import base64
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, urlsplit

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from stripe import WebhookSignature

from echoes.accounts import service
from echoes.accounts.cookies import COOKIE
from echoes.csrf import SAFE_METHODS
from echoes.database import Database, get_database
from echoes.echoes import app
from echoes.models import JobStatus, Project, Role, ShareLink, Upload, User, Video
from echoes.settings import get_settings
from echoes.sharing import passwords
from echoes.web.middleware.control_characters import ControlCharactersMiddleware
from tests.database.owned_rows import fill
from tests.support.databases.fresh import forget
from tests.support.payments import stripe as payments
from tests.support.processes import PATIENCE
from tests.support.servers.production import serve

pytestmark = pytest.mark.slow

ODD: dict[str, bytes] = {
    "nothing": b"",
    "NUL": b"\0",
    "a control": b"a\x01\x1b[31mb",
    "a line end": b"a\r\nb",
    "DEL": b"\x7f",
    "half a pair": b"\xed\xa0\x80",
    "no UTF-8": b"\xff\xc0\x80",
    "a line separator": b"\xe2\x80\xa8",
    "nines": b"9" * 400,
    "a negative": b"-1",
    "not a number": b"NaN",
    "another script's digits": "١٢٣".encode(),
    "an escape of an escape": b"%2500\\u0000\\ud800",
    "an octal of a cookie": b'"\\000\\355\\240\\200"',
    "long": b"x" * 9_000,
}
QUERY = ("next", "state", "code", "error", "expires", "signature", "size", "name", "problem")
FIELDS = ("name", "next", "password", "title", "mood", "licence", "piece", "use_sound")
HEADERS = (
    "user-agent", "referer", "range", "if-range", "if-none-match", "if-modified-since", "accept-language",
    "content-type", "content-length", "origin", "host", "sec-fetch-site", "sec-fetch-dest", "x-forwarded-for",
    "tus-resumable", "upload-length", "upload-offset", "upload-metadata", "upload-use-sound",
    "stripe-signature", "accept-encoding",
)  # fmt: skip
OTHER_COOKIES = (
    "echoes_watch",
    "echoes_invitation",
    "echoes_referral",
    "echoes_browser",
    "echoes_attempt_0123456789abcdef",
)
NONSENSE: dict[str, bytes] = {
    "half a pair in JSON": b'{"id": "\\ud800", "type": "\\ud800", "data": {"object": {"id": "\\ud800"}}}',
    "NUL in JSON": b'{"id": "\\u0000", "type": "odd", "data": {"object": {"id": "\\u0000"}}}',
    "infinity": b'{"id": "evt_1", "type": "odd", "created": 1e999, "data": {"object": {}}}',
    "digits": b'{"id": "evt_2", "type": "odd", "created":' + b"9" * 5_000 + b"}",
    "depth": b"[" * 20_000,
    "closed depth": b'{"a":' * 900 + b"1" + b"}" * 900,
    "null": b"null",
}
JSON, TUS = b"application/json", b"application/offset+octet-stream"
FORM, MULTIPART = b"application/x-www-form-urlencoded", b"multipart/form-data; boundary=x"


@dataclass(frozen=True)
class Sent:
    method: str
    target: str
    headers: tuple[tuple[str, bytes], ...]
    body: bytes = b""

    def with_header(self, name: str, value: bytes) -> "Sent":
        kept = tuple(pair for pair in self.headers if pair[0] != name)
        return replace(self, headers=(*kept, (name, value)))

    def bytes(self) -> bytes:
        lines = [f"{self.method} {self.target} HTTP/1.1".encode()]
        lines += [name.encode() + b": " + value for name, value in self.headers]
        return b"\r\n".join(lines) + b"\r\n\r\n" + self.body


@dataclass(frozen=True)
class Site:
    address: str
    cookie: bytes
    ids: dict[str, str]
    """What stands in a route's path, so that the rest of a request is looked at."""

    def asks(self, method: str, route: str) -> Sent:
        for name, value in self.ids.items():
            route = route.replace("{" + name + "}", value)
        headers = {
            "host": urlsplit(self.address).netloc.encode(), "connection": b"close", "cookie": self.cookie,
            "origin": get_settings().public_url.encode(), "tus-resumable": b"1.0.0",
        }  # fmt: skip
        if method not in SAFE_METHODS:
            headers["content-length"] = b"0"
        return Sent(method, route, tuple(headers.items()))

    def answer(self, sent: Sent) -> bytes:
        host, _, port = urlsplit(self.address).netloc.partition(":")
        received = b""
        with socket.create_connection((host, int(port)), PATIENCE) as client:
            client.sendall(sent.bytes())
            while piece := client.recv(65_536):
                received += piece
        return received


def border() -> Starlette:
    assert isinstance(app.api_transformer, Starlette)
    return app.api_transformer


def every_route() -> list[tuple[str, str]]:
    found = [route for route in border().routes if isinstance(route, Route)]
    return [
        (method, route.path.replace(":path", "")) for route in found for method in sorted(route.methods or ())
    ]


ROUTES = every_route()


@pytest.fixture
def site(
    either: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> Iterator[Site]:
    for name in ("SIGN_INS_PER_MINUTE", "PASSWORDS_PER_MINUTE", "UPLOADS_PER_MINUTE"):
        monkeypatch.setenv(f"ECHOES_{name}", "1000000")
    monkeypatch.setenv("ECHOES_STRIPE_WEBHOOK_SECRET", payments.SECRET)
    monkeypatch.setattr(passwords, "_COST", 2)  # What takes 50 ms on purpose is asked for a thousand times.
    forget()
    with serve(ControlCharactersMiddleware(border())) as address:
        yield site_of(get_database(), address)
    broken = [record for record in caplog.records if record.exc_info]
    assert [(record.getMessage(), record.exc_info) for record in broken] == []


def site_of(database: Database, address: str) -> Site:
    """An operator's, for whom every route goes on longest."""
    with database.unscoped() as session:
        owner = User(issuer="local", subject="anna", name="Anna", role=Role.OPERATOR)
        session.add(owner)
        session.flush()
        rows = fill(session, owner.id)
        link, video = rows[ShareLink], rows[Video]
        video.film_key, video.status, video.frames = f"{owner.id}/videos/a.mp4", JobStatus.SUCCEEDED, 24
        link.password_hash = passwords.digest("of nobody")
        token = service.open_session(session, get_settings(), owner.id, "a test")
        ids = {"token": link.token, "upload_id": str(rows[Upload].id), "key": video.film_key, "code": "abc"}
        ids["project"] = str(rows[Project].id)
    return Site(address, f"{COOKIE}={token}".encode(), ids)


UNREADY = 503


def fault(site: Site, sent: Sent, about: str) -> str:
    """Of the answer; empty where it is one, with a sentence if it is a refusal."""
    head, _, body = site.answer(sent).partition(b"\r\n\r\n")
    what = f"{sent.method} {sent.target[:60]} with {about}"
    if not head.startswith(b"HTTP/1.1 "):
        return f"{what} is answered nothing"
    status = int(head.split()[1])
    if status == UNREADY and sent.target.startswith("/readyz"):
        return ""  # There is no engine here, and it says so.
    if status >= 500:
        return f"{what} breaks: {status} {body[:200]!r}"
    is_told = sent.method == "HEAD" or status < 400 or len(body.split()) > 1
    return "" if is_told else f"{what} is told no sentence"


def each_with(odd: Mapping[str, bytes]) -> list[tuple[str, str, str, bytes]]:
    return [(*route, name, value) for route in ROUTES for name, value in odd.items()]


def test_paths(site: Site) -> None:
    for method, route, about, value in each_with(ODD):
        if "{" in route:
            before, _, after = route.partition("{")
            sent = site.asks(method, before + quote(value) + after.partition("}")[2])
            assert not fault(site, sent, about)


def test_queries(site: Site) -> None:
    for method, route, about, value in each_with(ODD):
        sent = site.asks(method, route)
        everything = "&".join(f"{name}={quote(value)}" for name in QUERY)
        assert not fault(site, replace(sent, target=f"{sent.target}?{everything}"), about)


def test_cookies(site: Site) -> None:
    for method, route, about, value in each_with(ODD):
        sent = site.asks(method, route)
        others = b"; ".join(name.encode() + b"=" + value for name in OTHER_COOKIES)
        for jar in (site.cookie + b"; " + others, COOKIE.encode() + b"=" + value, value):
            assert not fault(site, sent.with_header("cookie", jar), f"{about} as a cookie")


def test_headers(site: Site) -> None:
    """Every header for every route, and every odd thing in every header, but not each with each."""
    for place, (method, route) in enumerate(ROUTES):
        for column, header in enumerate(HEADERS):
            for about, value in list(ODD.items())[(place + column) % 5 :: 5]:
                sent = site.asks(method, route).with_header(header, value)
                assert not fault(site, sent, f"{about} as {header}")


def test_descriptions_of_uploads(site: Site) -> None:
    sound = {"filename": b"a.jpg", "kind": b"photo", "project": site.ids["project"].encode()}
    for about, value in ODD.items():
        for name in (*sound, "other"):
            facts = {key: base64.b64encode(one).decode() for key, one in (sound | {name: value}).items()}
            described = ",".join(f"{key} {one}" for key, one in facts.items()).encode()
            for length in (b"9", value):
                sent = site.asks("POST", "/uploads").with_header("upload-metadata", described)
                assert not fault(site, sent.with_header("upload-length", length), f"{about} as {name}")


def test_forms(site: Site) -> None:
    for method, route, about, value in each_with(ODD):
        if method not in SAFE_METHODS:
            plain = "&".join(f"{name}={quote(value)}" for name in FIELDS).encode()
            assert not fault(site, with_body(site.asks(method, route), FORM, plain), about)
            for file in (b"", b'; filename="' + value + b'"'):
                body = b"".join(part(name, value, file) for name in FIELDS[:5]) + b"--x--\r\n"
                assert not fault(site, with_body(site.asks(method, route), MULTIPART, body), about)


def test_bodies(site: Site) -> None:
    for method, route, about, value in each_with(ODD | NONSENSE):
        if method not in SAFE_METHODS:
            for kind in (JSON, TUS, FORM, MULTIPART, value[:99]):
                sent = with_body(site.asks(method, route), kind, value)
                sent = sent.with_header("stripe-signature", signature(value)).with_header(
                    "upload-offset", b"0"
                )
                assert not fault(site, sent, about)


def signature(body: bytes) -> bytes:
    """As Stripe would have signed it."""
    text = body.decode(errors="replace")
    return str(WebhookSignature.generate_signature_header(text, payments.SECRET)).encode()


def with_body(sent: Sent, kind: bytes, body: bytes) -> Sent:
    sized = sent.with_header("content-type", kind).with_header("content-length", b"%d" % len(body))
    return replace(sized, body=body)


def part(name: str, value: bytes, file: bytes) -> bytes:
    head = b'--x\r\nContent-Disposition: form-data; name="' + name.encode() + b'"' + file
    return head + b"\r\n\r\n" + value + b"\r\n"
