"""Runway, asked of its stand-in."""

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from echoes.providers.base import AccountLimits, ClipRequest, Exchange, Model, Provider, Running, Succeeded
from echoes.providers.runway.models import MODELS
from echoes.providers.runway.provider import RunwayProvider
from tests.providers.http_contract import HttpProviderContract, failed_state
from tests.providers.redaction_contract import recorder
from tests.support.media.samples import save_photo, textured
from tests.support.standins.runway import RunwayStandIn

pytestmark = [pytest.mark.long, pytest.mark.slow]


class TestRunway(HttpProviderContract):
    makes = RunwayProvider
    order_call = "POST /v1/image_to_video"
    base_url = "RUNWAY_BASE_URL"
    key = "RUNWAY_API_SECRET"

    @pytest.fixture
    def stand_in(self, runway: RunwayStandIn) -> RunwayStandIn:
        return runway

    @pytest.mark.parametrize(
        ("code", "kind", "retryable", "moderated"),
        [
            ("SAFETY.INPUT.TEXT", "moderated", False, True),
            ("SAFETY.INPUT.IMAGE", "moderated", False, True),
            ("SAFETY.OUTPUT.VIDEO", "moderated", False, True),
            ("INPUT_PREPROCESSING.SAFETY.TEXT", "moderated", False, True),
            ("ASSET.INVALID", "asset_invalid", False, False),
            ("INTERNAL.BAD_OUTPUT.CODE01", "bad_output", False, False),
            ("INTERNAL", "provider_failed", True, False),
            ("INPUT_PREPROCESSING.INTERNAL", "provider_failed", True, False),
            ("THIRD_PARTY.UNAVAILABLE", "provider_failed", True, False),
            ("none", "provider_failed", True, False),
            ("SOMETHING.NEW", "failed", False, False),
        ],
    )
    async def test_every_failure_is_understood(
        self, provider: Provider, request_for_clip: ClipRequest, folder: Path, code: str, kind: str,
        retryable: bool, moderated: bool,
    ) -> None:  # fmt: skip
        failed = failed_state(await self.end(provider, request_for_clip, folder, f"#fail={code}"))
        assert (failed.kind, failed.retryable, failed.moderated) == (kind, retryable, moderated)
        assert failed.cost == (10.0 if moderated else 0.0)
        assert "users should not read" not in failed.sentence
        assert ("no code" if code == "none" else code) in failed.cause

    @pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
    @pytest.mark.parametrize("size", [(1280, 720), (720, 1280), (960, 960)])
    async def test_every_model_gets_the_fields_that_it_has(
        self, provider: Provider, request_for_clip: ClipRequest, folder: Path, runway: RunwayStandIn,
        model: Model, size: tuple[int, int],
    ) -> None:  # fmt: skip
        request = replace(request_for_clip, model=model.name, size=size, seconds=5.0, prompt=None, seed=-1)
        async with provider.connect(folder) as connection:
            await connection.submit(request)
        body = runway.memory.requests[-1]["body"]
        width, height = map(int, body["ratio"].split(":"))
        assert (width > height) == (size[0] > size[1]) or model.name.startswith("veo")
        assert body["duration"] == (6 if model.name.startswith("veo") else 5)
        assert ("promptText" in body) == model.prompt_required
        assert body.get("audio", False) is False

    async def test_a_long_prompt_is_cut_as_runway_counts(
        self, provider: Provider, request_for_clip: ClipRequest, folder: Path, runway: RunwayStandIn
    ) -> None:
        request = replace(request_for_clip, prompt="👵🏽 smiles " * 400)
        async with provider.connect(folder) as connection:
            await connection.submit(request)
        (job,) = runway.memory.jobs.values()
        assert 990 <= len(job.prompt.encode("utf-16-le")) // 2 <= 1000
        assert job.prompt.endswith(("👵🏽", "smiles"))

    async def test_a_large_photo_is_uploaded_as_it_is(
        self, provider: Provider, request_for_clip: ClipRequest, folder: Path, runway: RunwayStandIn
    ) -> None:
        photo = save_photo(folder / "large.png", Image.effect_noise((2600, 1600), 90))
        assert photo.stat().st_size > 3_932_000
        async with provider.connect(folder) as connection:
            await connection.submit(replace(request_for_clip, photo=photo))
        assert runway.memory.calls() == ["POST /v1/uploads", "POST /storage/ID", "POST /v1/image_to_video"]
        assert [asked["authorized"] for asked in runway.memory.requests] == [True, False, True]
        assert list(runway.uploads.values()) == [photo.read_bytes()]

    async def test_whoever_reads_of_an_upload_cannot_upload_with_it(
        self, provider: Provider, request_for_clip: ClipRequest, folder: Path
    ) -> None:
        told: list[Exchange] = []
        photo = save_photo(folder / "large.png", Image.effect_noise((2600, 1600), 90))
        async with provider.connect(folder, recorder(told)) as connection:
            await connection.submit(replace(request_for_clip, photo=photo))
        assert "runway://upload/" in repr(told)
        assert "signed-" not in repr(told)

    @pytest.mark.parametrize("size", [(3000, 400), (400, 3000)])
    async def test_a_panorama_is_cut_to_what_runway_takes(
        self, provider: Provider, request_for_clip: ClipRequest, folder: Path, size: tuple[int, int]
    ) -> None:
        photo = save_photo(folder / "panorama.jpg", textured(*size))
        async with provider.connect(folder) as connection:
            assert await connection.submit(replace(request_for_clip, photo=photo))

    async def test_tells_progress_and_cost(
        self, provider: Provider, request_for_clip: ClipRequest, folder: Path
    ) -> None:
        async with provider.connect(folder) as connection:
            job_id = await connection.submit(replace(request_for_clip, prompt="#slow=3"))
            states = await self.states(connection, job_id)
            assert states[1:] == [Running(0.25), Running(0.5), Running(0.75), Succeeded()]
            assert (await connection.fetch(job_id)).cost == 10.0

    async def test_tells_what_the_account_may_do(
        self, provider: Provider, request_for_clip: ClipRequest, folder: Path
    ) -> None:
        await self.end(provider, request_for_clip, folder)
        assert await provider.limits("gen4_turbo") == AccountLimits(2, 50, 1, 99_990.0)
        assert await provider.limits("unknown") == AccountLimits(None, None, None, 99_990.0)
