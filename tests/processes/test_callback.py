"""The callback of a function: who may wake a worker, for what, and that it may come twice."""

import asyncio
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from echoes.database import Database
from echoes.error_responses import ErrorMiddleware
from echoes.errors import Refused
from echoes.processes.aws_lambda.callback import LIFE_SECONDS, CallbackSigner, woken
from echoes.processes.routes import routes
from echoes.settings import get_settings, signing_key
from echoes.storage.signing import UrlSigner
from tests.support.processes import wait_for

ID = "0123456789abcdef0123456789abcdef01234567"


def query_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def test_it_is_good_for_one_invocation_and_for_an_hour() -> None:
    clock = [1_000_000.0]
    signer = CallbackSigner(b"secret", lambda: clock[0])
    query = query_of(signer.url("https://echoes.example", ID))
    assert signer.check(query) == signer.check(query) == ID
    for change in (
        {"invocation": "f" * 40},
        {"expires": "9999999999"},
        {"signature": ""},
        {"signature": "é"},
    ):
        with pytest.raises(Refused):
            signer.check(query | change)
    clock[0] += LIFE_SECONDS + 1
    with pytest.raises(Refused):
        signer.check(query)


def test_another_signature_of_ours_is_none() -> None:
    theirs = query_of(UrlSigner(b"secret").url(f"anna/photos/{ID}.jpg"))
    with pytest.raises(Refused):
        CallbackSigner(b"secret").check(theirs | {"invocation": ID})


@pytest.fixture
def client(database: Database) -> Iterator[TestClient]:
    with TestClient(Starlette(routes=routes, middleware=[Middleware(ErrorMiddleware)])) as client:
        yield client


async def test_whoever_waits_is_woken_by_the_route(client: TestClient) -> None:
    event, other = asyncio.Event(), asyncio.Event()
    url = CallbackSigner(signing_key(get_settings())).url("", ID)
    with woken(ID, event), woken("f" * 40, other):
        answers = [await asyncio.to_thread(client.post, url) for _ in range(2)]
        assert await asyncio.wait_for(event.wait(), 10)
    assert [answer.status_code for answer in answers] == [204, 204]
    assert not other.is_set()


def test_without_a_signature_nobody_is_woken(client: TestClient) -> None:
    assert client.post(f"/callbacks/lambda?invocation={ID}&expires=9999999999").status_code == 403
    assert client.get("/callbacks/lambda").status_code == 405


@pytest.mark.postgres
async def test_on_postgresql_another_process_is_woken(postgres_database: Database) -> None:
    event = asyncio.Event()
    with woken(ID, event):
        heard = postgres_database.notifications
        await asyncio.to_thread(wait_for, lambda: heard.is_reliable, "notifications to be heard")
        await asyncio.to_thread(Database(postgres_database.url).notifications.publish, "echoes_callbacks", ID)
        assert await asyncio.wait_for(event.wait(), 10)
