"""HTTP error responses of our routes: for programs and for people."""

import logging
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from echoes.errors import (
    OUR_FAULT,
    BadInput,
    InternalError,
    NotFound,
    NotSignedIn,
    ReadOnly,
    StorageFull,
    TooOften,
)
from tests.support.servers.application import application

HERE = "http://localhost:3000"
PAGE = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
SECRET = str(uuid4())


def browser(error: Exception) -> httpx.AsyncClient:
    async def fail(_: Request) -> Response:
        raise error

    app = application([Route("/watch/{rest:path}", fail, methods=["GET", "POST"])])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HERE)


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NotFound(), 404, "not_found"),
        (NotSignedIn(), 401, "not_signed_in"),
        (BadInput("No."), 422, "bad_input"),
        (StorageFull(), 507, "storage_full"),
        (ReadOnly(), 507, "read_only"),
        (TooOften("Later.", 7), 429, "too_often"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_program_reads_a_status_a_code_and_a_sentence(
    error: BadInput, status: int, code: str
) -> None:
    async with browser(error) as program:
        answer = await program.get("/watch/abc")
    assert (answer.status_code, answer.json()) == (status, {"error": error.sentence, "code": code})
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers.get("retry-after") == ("7" if status == 429 else None)


async def test_who_is_shown_the_answer_gets_a_page_in_which_nothing_acts() -> None:
    async with browser(BadInput("“<script>alert(1)</script>” is no film.")) as person:
        answer = await person.get("/watch/abc", headers=PAGE)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "text/html; charset=utf-8")
    assert "“&lt;script&gt;alert(1)&lt;/script&gt;” is no film." in answer.text
    assert 'href="/">Go to Echoes' in answer.text


async def test_a_page_that_may_pass_offers_the_way_back() -> None:
    async with browser(TooOften("Those were a lot.", 7)) as person:
        answer = await person.post("/watch/abc", headers=PAGE | {"referer": "http://x//evil.example/?<b>"})
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    assert 'href="/evil.example/">Try again' in answer.text


async def test_who_is_not_signed_in_is_led_to_the_sign_in_and_back() -> None:
    async with browser(NotSignedIn(problem="ended")) as person:
        answer = await person.get("/watch/abc", headers=PAGE)
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/sign-in?next=%2Fwatch%2Fabc&problem=ended",
    )


@pytest.mark.parametrize("error", [ValueError(SECRET), InternalError(SECRET)], ids=["foreign", "ours"])
@pytest.mark.parametrize("headers", [{}, PAGE], ids=["program", "person"])
async def test_a_fault_of_ours_is_logged_once_and_tells_nobody_what_it_was(
    error: Exception, headers: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    async with browser(error) as visitor:
        answer = await visitor.get("/watch/abc", headers=headers)
    assert (answer.status_code, OUR_FAULT in answer.text, SECRET in answer.text) == (500, True, False)
    (record,) = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert record.exc_info is not None
    assert record.exc_info[1] is error


async def test_nobody_is_answered_who_has_gone(caplog: pytest.LogCaptureFixture) -> None:
    async with browser(ClientDisconnect()) as gone:
        assert (await gone.get("/watch/abc")).content == b""
    assert caplog.records == []


async def test_an_answer_that_has_begun_is_broken_off_and_not_written_over() -> None:
    async def parts(_: Request) -> Response:
        async def halves() -> AsyncIterator[bytes]:
            yield b"the first half"
            raise RuntimeError

        return StreamingResponse(halves())

    app = application([Route("/", parts)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HERE) as visitor:
        with pytest.raises(RuntimeError):
            await visitor.get("/")
