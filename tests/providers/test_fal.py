"""fal, asked of its stand-in."""

from dataclasses import replace
from pathlib import Path

import pytest

from echoes.providers.base import ClipRequest, PerhapsSubmitted, Provider, Waiting
from echoes.providers.fal.provider import FalProvider
from tests.providers.http_contract import HttpProviderContract, failed_state
from tests.support.media.samples import save_photo, textured
from tests.support.servers.production import serve
from tests.support.standins.fal import FalStandIn
from tests.support.standins.scripting import Script

pytestmark = [pytest.mark.long, pytest.mark.slow]


class TestFal(HttpProviderContract):
    makes = FalProvider
    order_call = "POST /fal-ai/kling-video"
    base_url = "FAL_BASE_URL"
    key = "FAL_KEY"

    @pytest.fixture
    def stand_in(self, fal: FalStandIn) -> FalStandIn:
        return fal

    @pytest.mark.parametrize(
        ("code", "kind", "retryable", "moderated"),
        [
            ("content_policy_violation", "moderated", False, True),
            ("image_too_small", "asset_invalid", False, False),
            ("no_media_generated", "bad_output", False, False),
            ("generation_timeout", "provider_failed", True, False),
            ("internal_server_error", "provider_failed", True, False),
            ("request_timeout", "provider_failed", True, False),
            ("runner_disconnected", "provider_failed", True, False),
            ("client_cancelled", "cancelled", False, False),
            ("something_new", "failed", False, False),
        ],
    )
    async def test_every_failure_is_understood(
        self, provider: Provider, request_for_clip: ClipRequest, folder: Path, code: str, kind: str,
        retryable: bool, moderated: bool,
    ) -> None:  # fmt: skip
        failed = failed_state(await self.end(provider, request_for_clip, folder, f"#fail={code}"))
        assert (failed.kind, failed.retryable, failed.moderated) == (kind, retryable, moderated)
        assert "users should not read" not in failed.sentence
        assert code in failed.cause

    async def test_tells_the_place_in_the_line(
        self, provider: Provider, request_for_clip: ClipRequest, folder: Path
    ) -> None:
        async with provider.connect(folder) as connection:
            assert await connection.poll(await connection.submit(request_for_clip)) == Waiting(3)

    async def test_the_key_goes_to_no_address_that_an_answer_names(
        self, provider: Provider, request_for_clip: ClipRequest, folder: Path
    ) -> None:
        stranger = FalStandIn(Script())
        with serve(stranger.app) as address:
            request = replace(request_for_clip, prompt=f"#elsewhere={address}")
            async with provider.connect(folder) as connection:
                with pytest.raises(PerhapsSubmitted):
                    await connection.submit(request)
        assert stranger.memory.requests == []

    async def test_the_file_is_fetched_without_the_key(
        self, provider: Provider, request_for_clip: ClipRequest, folder: Path, fal: FalStandIn
    ) -> None:
        async with provider.connect(folder) as connection:
            job_id = await connection.submit(request_for_clip)
            await self.states(connection, job_id)
            await connection.fetch(job_id)
        keys = {asked["path"].partition("/")[2][:5]: asked["authorized"] for asked in fal.memory.requests}
        assert keys == {"fal-a": True, "files": False}

    @pytest.mark.parametrize("size", [(1280, 720), (720, 1280), (960, 960)])
    async def test_the_photo_is_cut_to_the_shape_of_the_film(
        self, provider: Provider, request_for_clip: ClipRequest, folder: Path, size: tuple[int, int]
    ) -> None:
        photo = save_photo(folder / "photo.jpg", textured(1500, 1000))
        async with provider.connect(folder) as connection:
            assert await connection.submit(replace(request_for_clip, photo=photo, size=size))

    async def test_says_nothing_of_limits(self, provider: Provider) -> None:
        assert await provider.limits(provider.models[0].name) is None
