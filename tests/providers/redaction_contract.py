"""Redaction contract: what the log of an exchange over HTTP holds, and no key, picture or signature."""

import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from echoes.providers.base import (
    ClipRequest,
    DeliveryFailed,
    Exchange,
    NotSubmitted,
    PerhapsSubmitted,
    Provider,
    ProviderConnection,
    State,
    Unreachable,
)
from tests.providers.over_http import OverHttp, address_of
from tests.support.standins.base import StandIn
from tests.support.standins.servers import SECRET, be_impatient

ALL_MARKS = (
    *("http=429", "http=400", "http=401", "http=500", "http=503", "lose", "hang", "garbage"),
    *("throttled", "unknown", "poll_http=503", "poll_drop", "disconnect", "truncate", "html", "redirect"),
    *("expired", "expired=always", "huge", "fail=none"),
)


class TellingContract(OverHttp):
    async def test_every_request_is_told_with_its_answer(
        self, provider: Provider, request_for_clip: ClipRequest, folder: Path, stand_in: StandIn
    ) -> None:
        told: list[Exchange] = []
        async with provider.connect(folder, recorder(told)) as connection:
            job_id = await connection.submit(request_for_clip)
            await self.states(connection, job_id)
            await connection.fetch(job_id)
        assert len(told) == len(stand_in.memory.requests)
        order = next(
            exchange
            for exchange in told
            if self.order_call in exchange.call.replace(address_of(provider), "")
        )
        assert order.response["status"] == 200
        assert "Gentle smile." in str(order.request)
        assert len(str(order.request)) < 1000

    async def test_a_recorder_that_fails_costs_nobody_the_job(
        self, provider: Provider, request_for_clip: ClipRequest, folder: Path
    ) -> None:
        async def broken(_exchange: Exchange) -> None:
            raise RuntimeError("the database is away")

        async with provider.connect(folder, broken) as connection:
            assert await connection.submit(request_for_clip)

    async def test_the_key_is_nowhere_to_be_read(
        self,
        provider: Provider,
        request_for_clip: ClipRequest,
        folder: Path,
        caplog: pytest.LogCaptureFixture,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """And neither are pictures and the signatures of addresses."""
        be_impatient(monkeypatch)
        told: list[Exchange] = []
        caplog.set_level(logging.DEBUG)
        for name in ("httpx", "httpcore", "runwayml"):
            caplog.set_level(logging.DEBUG, logger=name)
        request = request_for_clip
        errors = [await self.all_told(provider, request, folder, f"#{mark}", told) for mark in ALL_MARKS]
        ours = [record for record in caplog.records if not record.name.startswith("uvicorn")]
        read = "\n".join([*map(caplog.handler.format, ours), repr(told), *errors])
        assert len(told) > 2 * len(ALL_MARKS)
        assert "signed-" not in read
        assert ";base64," not in read
        assert SECRET not in read

    async def test_an_answer_that_repeats_the_key_is_told_without_it(
        self, provider: Provider, request_for_clip: ClipRequest, folder: Path, stand_in: StandIn
    ) -> None:
        stand_in.secret = "another one"
        told: list[Exchange] = []
        error = await self.all_told(provider, request_for_clip, folder, "", told)
        assert "[secret]" in error
        assert "[secret]" in repr(told)
        assert SECRET not in error + repr(told)

    async def all_told(
        self, provider: Provider, request: ClipRequest, folder: Path, marks: str, told: list[Exchange]
    ) -> str:
        """Everything that an error, its causes and the states say."""
        said: list[Any] = []
        async with provider.connect(folder, recorder(told)) as connection:
            said.append(connection)
            try:
                job_id = await connection.submit(replace(request, prompt=marks))
                said += [await polled(connection, job_id) for _ in range(8)]
                await connection.fetch(job_id)
            except (NotSubmitted, PerhapsSubmitted, DeliveryFailed, Unreachable) as error:
                said += [error, error.cause, error.__cause__]
        return repr(said)


async def polled(connection: ProviderConnection, job_id: str) -> State | str:
    try:
        return await connection.poll(job_id)
    except Unreachable as error:
        return f"{error!r} {error.cause}"


def recorder(told: list[Exchange]) -> Any:
    async def record(exchange: Exchange) -> None:
        told.append(exchange)

    return record
