"""The built-in provider (camera moves)."""

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from compiler.clips.poster import SMALL_SIDE
from echoes.providers.base import ClipRequest, Provider
from echoes.providers.motion import MotionProvider
from echoes.takes.motions import MOVES
from tests.providers.contract import ProviderContract, assert_failed

pytestmark = pytest.mark.slow


class TestMotion(ProviderContract):
    @pytest.fixture
    def provider(self) -> Provider:
        return MotionProvider()

    @pytest.mark.parametrize("motion", [move.key for move in MOVES])
    async def test_knows_every_motion_that_a_person_may_choose(
        self, provider: Provider, request_for_clip: ClipRequest, folder: Path, motion: str
    ) -> None:
        request = replace(request_for_clip, motion=motion, seconds=0.5)
        async with provider.connect(folder) as connection:
            job_id = await connection.submit(request)
            await self.last_state(provider, connection, job_id)
            delivered = await connection.fetch(job_id)
        assert delivered.frames == 12
        assert delivered.poster is not None
        assert delivered.small_poster is not None
        sides = [Image.open(poster).size for poster in (delivered.poster, delivered.small_poster)]
        assert sides == [request.size, (SMALL_SIDE, SMALL_SIDE * request.size[1] // request.size[0])]

    async def test_a_job_from_before_a_crash_is_lost_and_may_be_repeated(
        self, provider: Provider, request_for_clip: ClipRequest, folder: Path
    ) -> None:
        async with provider.connect(folder) as connection:
            job_id = await connection.submit(request_for_clip)
        async with provider.connect(folder) as connection:
            assert assert_failed(await connection.poll(job_id), "lost").retryable
        assert provider.repeatable

    async def test_a_photo_that_is_none_fails_in_words(
        self, provider: Provider, request_for_clip: ClipRequest, folder: Path
    ) -> None:
        request_for_clip.photo.write_bytes(b"no picture")
        async with provider.connect(folder) as connection:
            job_id = await connection.submit(request_for_clip)
            state = await self.last_state(provider, connection, job_id)
            assert not assert_failed(state, "not_a_picture").retryable
