"""What every provider does that is asked over HTTP, when its server behaves and when it does not."""

import logging
from abc import abstractmethod
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from compiler.probing import probe
from echoes.providers.base import (
    ClipRequest,
    Connection,
    DeliveryFailed,
    Exchange,
    Failed,
    NotConfigured,
    NotSubmitted,
    PerhapsSubmitted,
    Provider,
    ProviderError,
    RequestRefused,
    Running,
    State,
    Succeeded,
    Unreachable,
    Waiting,
)
from echoes.settings import get_settings
from tests.providers.contract import ProviderContract, assert_failed
from tests.support.provider_servers import SECRET, be_impatient, point_at
from tests.support.standins.fal import FalStandIn
from tests.support.standins.runway import RunwayStandIn

StandIn = RunwayStandIn | FalStandIn
ALL_MARKS = (
    *("http=429", "http=400", "http=401", "http=500", "http=503", "lose", "hang", "garbage"),
    *("throttled", "unknown", "poll_http=503", "poll_drop", "disconnect", "truncate", "html", "redirect"),
    *("expired", "expired=always", "huge", "fail=none"),
)


class HttpProviderContract(ProviderContract):
    order_call: str
    """As the stand-in remembers it."""
    base_url: str
    """The name of its setting."""
    key: str
    """And of that of its key."""

    @pytest.fixture
    @abstractmethod
    def stand_in(self) -> StandIn: ...

    @pytest.fixture
    def keep_busy(self, stand_in: StandIn) -> Callable[[], None]:
        return lambda: stand_in.script.always.update(stuck="")

    def orders(self, stand_in: StandIn) -> int:
        """How often it was asked to make something."""
        sent = [f"{asked['method']} {asked['path']}" for asked in stand_in.memory.requests]
        return sum(call.startswith(self.order_call) for call in sent)

    async def states(self, connection: Connection, job_id: str) -> list[State]:
        """All until the end."""
        states = [await connection.poll(job_id)]
        while isinstance(states[-1], Waiting | Running):
            states.append(await connection.poll(job_id))
        return states

    async def end(self, provider: Provider, request: ClipRequest, folder: Path, marks: str = "") -> State:
        async with provider.connect(folder) as connection:
            job_id = await connection.submit(replace(request, prompt=marks))
            return (await self.states(connection, job_id))[-1]

    async def refusal(
        self, provider: Provider, request: ClipRequest, folder: Path, marks: str = ""
    ) -> ProviderError:
        async with provider.connect(folder) as connection:
            with pytest.raises(ProviderError) as refused:
                await connection.submit(replace(request, prompt=marks))
        assert refused.value.sentence.endswith(".")
        return refused.value

    async def test_waits_runs_and_succeeds(
        self, provider: Provider, request_for_clip: ClipRequest, folder: Path
    ) -> None:
        request = replace(request_for_clip, prompt="#throttled=2 #unknown=1 #slow=3")
        async with provider.connect(folder) as connection:
            states = await self.states(connection, await connection.submit(request))
        assert [type(state) for state in states] == [Waiting] * 4 + [Running] * 3 + [Succeeded]

    async def test_an_order_is_sent_once(
        self, provider: Provider, request_for_clip: ClipRequest, folder: Path, stand_in: StandIn
    ) -> None:
        async with provider.connect(folder) as connection:
            job_id = await connection.submit(request_for_clip)
        async with provider.connect(folder) as connection:
            assert isinstance((await self.states(connection, job_id))[-1], Succeeded)
            await connection.fetch(job_id)
        assert (self.orders(stand_in), len(stand_in.memory.jobs)) == (1, 1)

    async def test_too_many_requests_say_when_to_come_again(
        self, provider: Provider, request_for_clip: ClipRequest, folder: Path, stand_in: StandIn
    ) -> None:
        refused = await self.refusal(provider, request_for_clip, folder, "#http=429 #retry_after=7")
        assert isinstance(refused, NotSubmitted)
        assert (refused.retryable, refused.retry_after) == (True, 7.0)
        assert (self.orders(stand_in), stand_in.memory.jobs) == (1, {})

    @pytest.mark.parametrize(
        ("status", "kind", "retryable"),
        [
            *((503, NotSubmitted, True), (408, NotSubmitted, True)),
            *((400, RequestRefused, False), (422, RequestRefused, False), (402, RequestRefused, False)),
            *((401, NotConfigured, False), (403, NotConfigured, False), (307, NotConfigured, False)),
            *((500, PerhapsSubmitted, False), (502, PerhapsSubmitted, False), (504, PerhapsSubmitted, False)),
        ],
    )
    async def test_answers_that_are_no_job(
        self, provider: Provider, request_for_clip: ClipRequest, folder: Path, stand_in: StandIn, status: int,
        kind: type[Exception], retryable: bool,
    ) -> None:  # fmt: skip
        refused = await self.refusal(provider, request_for_clip, folder, f"#http={status}")
        assert (type(refused), refused.retryable) == (kind, retryable)
        assert self.orders(stand_in) == 1

    @pytest.mark.parametrize("mark", ["#hang", "#lose", "#garbage"])
    async def test_an_order_whose_answer_is_lost_is_not_repeated(
        self, provider: Provider, request_for_clip: ClipRequest, folder: Path, stand_in: StandIn, mark: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        if mark == "#hang":
            be_impatient(monkeypatch)
        refused = await self.refusal(provider, request_for_clip, folder, mark)
        assert type(refused) is PerhapsSubmitted
        assert (self.orders(stand_in), len(stand_in.memory.jobs)) == (1, 1)

    @pytest.mark.parametrize(
        "address", ["http://127.0.0.1:9", "http://nowhere.invalid", "https://127.0.0.1:9"]
    )
    async def test_a_server_that_is_not_there_got_no_order(
        self, request_for_clip: ClipRequest, folder: Path, monkeypatch: pytest.MonkeyPatch,
        provider: Provider, address: str,
    ) -> None:  # fmt: skip
        point_at(monkeypatch, provider.name, **{self.base_url: address})
        assert type(await self.refusal(provider, request_for_clip, folder)) is NotSubmitted

    async def test_a_server_without_a_good_certificate_gets_no_order(
        self, request_for_clip: ClipRequest, folder: Path, monkeypatch: pytest.MonkeyPatch,
        provider: Provider, stand_in: StandIn,
    ) -> None:  # fmt: skip
        address = _base(provider).replace("http://", "https://")
        point_at(monkeypatch, provider.name, **{self.base_url: address})
        assert type(await self.refusal(provider, request_for_clip, folder)) is NotSubmitted
        assert stand_in.memory.requests == []

    async def test_without_a_key_nothing_is_asked(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, provider: Provider, stand_in: StandIn
    ) -> None:
        point_at(monkeypatch, "motion", **{self.key: ""})
        with pytest.raises(NotConfigured, match="right now") as refused:
            async with provider.connect(folder):
                pass
        assert self.key in refused.value.cause
        assert stand_in.memory.requests == []

    async def test_a_picture_that_is_none_is_not_sent(
        self, provider: Provider, request_for_clip: ClipRequest, folder: Path, stand_in: StandIn
    ) -> None:
        request_for_clip.photo.write_bytes(b"no picture")
        assert type(await self.refusal(provider, request_for_clip, folder)) is RequestRefused
        assert stand_in.memory.requests == []

    @pytest.mark.parametrize("mark", ["#poll_http=503", "#poll_drop=1", "#poll_http=401"])
    async def test_a_question_that_fails_may_be_asked_again(
        self, provider: Provider, request_for_clip: ClipRequest, folder: Path, mark: str
    ) -> None:
        async with provider.connect(folder) as connection:
            job_id = await connection.submit(replace(request_for_clip, prompt=mark))
            with pytest.raises(Unreachable) as failed:
                await connection.poll(job_id)
            assert failed.value.retry_after == (None if "drop" in mark else 1.0)
            assert isinstance((await self.states(connection, job_id))[-1], Succeeded)

    async def test_a_job_that_the_provider_does_not_know_has_failed(
        self, provider: Provider, request_for_clip: ClipRequest, folder: Path, stand_in: StandIn
    ) -> None:
        async with provider.connect(folder) as connection:
            job_id = await connection.submit(request_for_clip)
            stand_in.memory.jobs.clear()
            assert not assert_failed(await connection.poll(job_id), "gone").retryable

    @pytest.mark.parametrize("job_id", ["../organization", "x/../../y", "", "a b"])
    async def test_what_is_no_id_gets_into_no_address(
        self, provider: Provider, folder: Path, stand_in: StandIn, job_id: str
    ) -> None:
        async with provider.connect(folder) as connection:
            for call in (connection.poll, connection.cancel, connection.fetch):
                with pytest.raises(ValueError, match=r".+"):
                    await call(job_id)
        assert stand_in.memory.requests == []

    @pytest.mark.parametrize(
        ("mark", "polls", "stopped", "charged"),
        [
            ("#stuck=waiting", 1, True, False),
            ("#stuck", 3, True, True),
            ("#stuck=waiting #forget", 1, True, False),
            ("#stuck #forget", 3, True, True),
            ("#race", 1, False, True),
            ("", 3, False, True),
        ],
    )
    async def test_a_cancel_is_answered_as_the_provider_charges(
        self, provider: Provider, request_for_clip: ClipRequest, folder: Path, mark: str, polls: int,
        stopped: bool, charged: bool,
    ) -> None:  # fmt: skip
        async with provider.connect(folder) as connection:
            job_id = await connection.submit(replace(request_for_clip, prompt=mark))
            for _ in range(polls):
                await connection.poll(job_id)
            answer = await connection.cancel(job_id)
            assert (answer.stopped, answer.charged) == (stopped, charged)
            assert (await connection.cancel(job_id)).stopped == stopped

    @pytest.mark.parametrize(
        ("mark", "kind", "retryable"),
        [
            ("#disconnect", "truncated", True),
            ("#truncate", "damaged", True),
            ("#html", "not_a_video", True),
            ("#redirect", "unreachable", True),
            ("#expired=always", "expired", True),
            ("#huge", "too_large", False),
        ],
    )
    async def test_a_delivery_that_fails_says_how(
        self, provider: Provider, request_for_clip: ClipRequest, folder: Path, mark: str, kind: str,
        retryable: bool,
    ) -> None:  # fmt: skip
        async with provider.connect(folder) as connection:
            job_id = await connection.submit(replace(request_for_clip, prompt=mark))
            await self.states(connection, job_id)
            with pytest.raises(DeliveryFailed) as failed:
                await connection.fetch(job_id)
            assert (failed.value.kind, failed.value.retryable) == (kind, retryable)

    @pytest.mark.parametrize("mark", ["#disconnect=1", "#truncate=1", "#html=1"])
    async def test_fetching_again_costs_nothing(
        self, provider: Provider, request_for_clip: ClipRequest, folder: Path, stand_in: StandIn, mark: str
    ) -> None:
        async with provider.connect(folder) as connection:
            job_id = await connection.submit(replace(request_for_clip, prompt=mark))
            await self.states(connection, job_id)
            with pytest.raises(DeliveryFailed):
                await connection.fetch(job_id)
            assert probe((await connection.fetch(job_id)).video, strict=True).complete
        assert self.orders(stand_in) == 1

    async def test_an_address_that_has_expired_is_asked_for_again(
        self, provider: Provider, request_for_clip: ClipRequest, folder: Path
    ) -> None:
        async with provider.connect(folder) as connection:
            job_id = await connection.submit(replace(request_for_clip, prompt="#expired=1"))
            await self.states(connection, job_id)
            assert probe((await connection.fetch(job_id)).video, strict=True).complete

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
            exchange for exchange in told if self.order_call in exchange.call.replace(_base(provider), "")
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


async def polled(connection: Connection, job_id: str) -> State | str:
    try:
        return await connection.poll(job_id)
    except Unreachable as error:
        return f"{error!r} {error.cause}"


def recorder(told: list[Exchange]) -> Any:
    async def record(exchange: Exchange) -> None:
        told.append(exchange)

    return record


def _base(provider: Provider) -> str:
    settings = get_settings()
    return settings.runway_base_url if provider.name == "runway" else settings.fal_base_url


def failed_state(state: State) -> Failed:
    assert isinstance(state, Failed)
    return state
