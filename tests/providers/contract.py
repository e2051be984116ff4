"""What every provider does, whoever wrote it. Subclassed by the tests of each."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path

import pytest

from compiler.codec.profile import VERSION
from compiler.codec.verification import verify_clip
from compiler.media.probing import probe
from echoes.providers.base import (
    ClipRequest,
    Failed,
    Provider,
    ProviderConnection,
    Running,
    State,
    Succeeded,
    Waiting,
)
from tests.support.media.samples import save_photo, textured
from tests.support.processes import compilers


class ProviderContract(ABC):
    @pytest.fixture
    @abstractmethod
    def provider(self) -> Provider: ...

    @pytest.fixture
    def keep_busy(self) -> Callable[[], None]:
        """Makes jobs take their time, if they do not anyway."""
        return lambda: None

    @pytest.fixture
    def request_for_clip(self, provider: Provider, tmp_path: Path) -> ClipRequest:
        photo = save_photo(tmp_path / "photo.jpg", textured(640, 360))
        return ClipRequest(
            model=provider.models[0].name,
            photo=photo,
            motion="push_in",
            prompt="Gentle smile.",
            size=(1280, 720),
            seconds=1.0,
        )

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        folder = tmp_path / "connection"
        folder.mkdir()
        return folder

    def test_says_what_its_models_can_do(self, provider: Provider) -> None:
        for model in provider.models:
            assert (1280, 720) in model.sizes
            assert model.nearest_duration(5.0) > 0
            assert model.title
            assert model.price >= 0
            assert not (model.prompt_required and model.prompt_limit == 0)

    async def test_delivers_a_whole_video_into_its_folder(
        self, provider: Provider, request_for_clip: ClipRequest, folder: Path
    ) -> None:
        async with provider.connect(folder) as connection:
            job_id = await connection.submit(request_for_clip)
            assert isinstance(await self.last_state(provider, connection, job_id), Succeeded)
            clip = await connection.fetch(job_id)
            assert clip.video.is_relative_to(folder)
            assert probe(clip.video, strict=True).complete
            if clip.in_profile:
                verify_clip(clip.video, (1280, 720), clip.frames or 0)
                assert clip.profile_version == VERSION

    async def test_two_jobs_do_not_meet(
        self, provider: Provider, request_for_clip: ClipRequest, folder: Path
    ) -> None:
        async with provider.connect(folder) as connection:
            first, second = [await connection.submit(request_for_clip) for _ in range(2)]
            assert first != second

    async def test_tells_what_a_job_is_doing(
        self,
        provider: Provider,
        request_for_clip: ClipRequest,
        folder: Path,
        keep_busy: Callable[[], None],
    ) -> None:
        keep_busy()
        async with provider.connect(folder) as connection:
            state = await connection.poll(await connection.submit(request_for_clip))
            assert isinstance(state, Waiting | Running)
            if isinstance(state, Running) and state.progress is not None:
                assert 0.0 <= state.progress <= 1.0

    async def test_a_cancelled_job_leaves_no_process(
        self,
        provider: Provider,
        request_for_clip: ClipRequest,
        folder: Path,
        keep_busy: Callable[[], None],
    ) -> None:
        keep_busy()
        async with provider.connect(folder) as connection:
            job_id = await connection.submit(request_for_clip)
            await connection.poll(job_id)
            answers = [await connection.cancel(job_id) for _ in range(2)]
            assert all(answer.stopped for answer in answers)
            assert not compilers()

    async def test_leaving_the_connection_ends_what_it_does_here(
        self,
        provider: Provider,
        request_for_clip: ClipRequest,
        folder: Path,
        keep_busy: Callable[[], None],
    ) -> None:
        keep_busy()
        async with provider.connect(folder) as connection:
            await connection.poll(await connection.submit(request_for_clip))
        assert not compilers()

    async def last_state(self, provider: Provider, connection: ProviderConnection, job_id: str) -> State:
        while True:
            state = await connection.poll(job_id)
            if not isinstance(state, Waiting | Running):
                return state
            await asyncio.sleep(provider.poll_seconds)


def assert_failed(state: State, kind: str) -> Failed:
    assert isinstance(state, Failed)
    assert state.kind == kind
    assert state.sentence.endswith(".")
    return state
