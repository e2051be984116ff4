"""What every provider does that is asked over HTTP, when its server behaves and when it does not."""

from dataclasses import replace
from pathlib import Path

import pytest

from echoes.providers.base import (
    ClipRequest,
    Failed,
    NotConfigured,
    NotSubmitted,
    PerhapsSubmitted,
    Provider,
    RequestRefused,
    Running,
    State,
    Succeeded,
    Unreachable,
    Waiting,
)
from tests.providers.contract import assert_failed
from tests.providers.delivery_contract import DeliveryContract
from tests.providers.over_http import address_of
from tests.providers.redaction_contract import TellingContract
from tests.support.standins.base import StandIn
from tests.support.standins.servers import be_impatient, point_at


class HttpProviderContract(DeliveryContract, TellingContract):
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
        address = address_of(provider).replace("http://", "https://")
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


def failed_state(state: State) -> Failed:
    assert isinstance(state, Failed)
    return state
