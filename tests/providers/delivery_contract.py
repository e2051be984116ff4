"""How a file is fetched over HTTP, and fetched again."""

from dataclasses import replace
from pathlib import Path

import pytest

from compiler.media.probing import probe
from echoes.providers.base import (
    ClipRequest,
    DeliveryFailed,
    Provider,
)
from tests.providers.over_http import OverHttp
from tests.support.standins.base import StandIn


class DeliveryContract(OverHttp):
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
