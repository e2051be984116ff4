"""HTTP client of providers: what is recorded of an exchange, and what an answer or its absence means."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from echoes.providers.base import NotSubmitted, PerhapsSubmitted, Unreachable, unrecorded
from echoes.providers.http import is_trusted, recorded_client, retry_after, unsent_or_lost
from echoes.providers.redaction import HIDDEN, redact, redact_body
from tests.support.servers.production import serve

SECRET = "key_0123456789"


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (f"Bearer {SECRET}", f"Bearer {HIDDEN}"),
        ({SECRET: [1, {"deep": f"x{SECRET}y"}]}, {HIDDEN: [1, {"deep": f"x{HIDDEN}y"}]}),
        ("see https://a.example/x.mp4?sig=1&b=2 now", "see https://a.example/x.mp4?… now"),
        ("data:image/png;base64,AAAA", "[image/png, 26 characters]"),
        ({"x-amz-signature": "ab", "policy": "e30="}, {"x-amz-signature": HIDDEN, "policy": HIDDEN}),
        (
            {"tokens": 7, "type": "content_policy_violation"},
            {"tokens": 7, "type": "content_policy_violation"},
        ),
        ("a" * 2001, "a" * 2000 + "… (2001 characters)"),
        (None, None),
        (0.5, 0.5),
    ],
)
def test_an_operator_reads_no_secret_and_no_picture(said: object, told: object) -> None:
    assert redact(said, [SECRET]) == told


def test_a_body_is_told_even_if_it_is_not_json() -> None:
    assert redact_body(b'{"a": 1}') == {"a": 1}
    assert redact_body(b"<html>\xff" + SECRET.encode(), [SECRET]) == f"<html>\ufffd{HIDDEN}"
    assert redact_body(b"[" * 100_000) != ""


def test_an_empty_secret_hides_nothing() -> None:
    assert redact("all of it", [""]) == "all of it"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx.ConnectError, NotSubmitted),
        (httpx.ConnectTimeout, NotSubmitted),
        (httpx.PoolTimeout, NotSubmitted),
        (httpx.ReadTimeout, PerhapsSubmitted),
        (httpx.WriteTimeout, PerhapsSubmitted),
        (httpx.ReadError, PerhapsSubmitted),
        (httpx.RemoteProtocolError, PerhapsSubmitted),
    ],
)
def test_only_what_never_left_may_be_sent_again(error: type[httpx.HTTPError], kind: type) -> None:
    lost = unsent_or_lost(error(f"with {SECRET}"), [SECRET])
    assert type(lost) is kind
    assert SECRET not in lost.cause


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        *(("7", 7.0), ("-1", 0.0), ("soon", None), ("", None)),
        *(("inf", None), ("1e999", None), ("nan", None), ("3, 5", None)),
        *(("Sun, 06 Nov 1994 08:49:37 GMT", 0.0), (f"Mon, 01 Jan {'9' * 20} 00:00:00 GMT", None)),
        (f"Mon, 01 Jan 2030 00:00:00 +{'9' * 20}", None),
    ],
)
def test_when_to_come_again(said: str, seconds: float | None) -> None:
    assert retry_after(httpx.Response(429, headers={"retry-after": said})) == seconds


def test_when_to_come_again_as_a_date() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    seconds = retry_after(httpx.Response(429, headers={"retry-after": later}))
    assert seconds is not None
    assert 3000 < seconds <= 3600


@pytest.mark.parametrize(
    ("address", "trusted"),
    [
        ("https://files.example/a.mp4", True),
        ("http://127.0.0.1:4010/a.mp4", True),
        ("http://127.0.0.1:4011/a.mp4", False),
        ("http://169.254.169.254/latest/meta-data", False),
        ("file:///etc/passwd", False),
        ("//files.example/a.mp4", False),
        ("http://[bad", False),
        ("http://127.0.0.1:x/", False),
    ],
)
def test_a_file_is_fetched_over_tls_or_from_the_provider_itself(address: str, trusted: bool) -> None:
    assert is_trusted(address, "http://127.0.0.1:4010") is trusted


@pytest.mark.parametrize(
    ("status", "kind"), [(200, "text/html"), (404, "application/json"), (503, "application/json")]
)
async def test_what_tells_nothing_of_a_job_is_trouble_with_the_service(status: int, kind: str) -> None:
    async def answer(_request: Request) -> Response:
        return Response('{"state": "made"}', status, {"Retry-After": "7"}, kind)

    with serve(Starlette(routes=[Route("/clips/1", answer)])) as address:
        async with recorded_client(unrecorded, SECRET, 5.0) as client:
            with pytest.raises(Unreachable) as caught:
                await client.ask("GET", f"{address}/clips/1")
    assert caught.value.retry_after == 7.0
    assert str(status) in caught.value.cause
