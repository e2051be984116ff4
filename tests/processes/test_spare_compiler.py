"""A spare compiler waits for the film whose pieces were rendered ahead, for nothing else and not for ever."""

import asyncio
import errno
import os
import shutil
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from compiler.errors import ErrorCode
from compiler.requests import PrepareRequest, ProbeRequest, RenderRequest
from compiler.timeline.model import Shot, Timeline
from echoes.processes import runner, spare_compiler
from echoes.processes.compiler import CompilationFailed
from echoes.processes.local_compiler import LocalCompiler
from tests.support.processes import compilers, is_alive, wait_for

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="processes are seen in /proc"),
]


@pytest.fixture
def film(small_clip: Path, tmp_path: Path) -> RenderRequest:
    clip = shutil.copy(small_clip, tmp_path / "clip.mp4")
    return RenderRequest(Timeline((Shot(str(clip)),)), tmp_path / "film.mp4", cache=tmp_path / "cache")


@pytest.fixture
async def compiler(film: RenderRequest) -> LocalCompiler:
    """Which has prepared the film."""
    made = LocalCompiler()
    await made.run(PrepareRequest(film.timeline, film.cache or Path()))
    return made


def spare() -> int:
    """By its arguments, which the kernel shows a moment after its start."""
    wait_for(compilers, "the spare compiler to be started")
    (waiting,) = compilers()
    return waiting


async def test_the_film_is_made_by_the_process_that_waits_for_it(
    compiler: LocalCompiler, film: RenderRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = spare()
    monkeypatch.setattr(runner, "command", lambda *_: pytest.fail("another process was started"))
    made = await compiler.run(film)
    assert made.frames == 24
    assert film.output.exists()
    assert not is_alive(waiting)


async def test_what_is_no_film_is_made_by_a_process_of_its_own(
    compiler: LocalCompiler, film: RenderRequest
) -> None:
    waiting = spare()
    await compiler.run(ProbeRequest(Path(film.timeline.shots[0].clip)))
    assert spare() == waiting


async def test_there_is_one_however_often_a_film_is_prepared(
    compiler: LocalCompiler, film: RenderRequest
) -> None:
    waiting = spare()
    await compiler.run(PrepareRequest(film.timeline, film.cache or Path()))
    assert spare() == waiting


async def test_where_it_has_died_another_is_started(compiler: LocalCompiler, film: RenderRequest) -> None:
    child = compiler._spare._child
    assert child is not None
    os.kill(spare(), signal.SIGKILL)
    await child.process.wait()
    assert (await compiler.run(film)).frames == 24


async def test_its_failures_are_those_of_any_other(compiler: LocalCompiler, film: RenderRequest) -> None:
    os.unlink(film.timeline.shots[0].clip)  # noqa: PTH108
    with pytest.raises(CompilationFailed) as failed:
        await compiler.run(film)
    assert failed.value.error_code == ErrorCode.NOT_FOUND
    assert not compilers()


async def test_where_none_can_be_kept_films_are_made_all_the_same(
    film: RenderRequest, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    compiler, started = LocalCompiler(), runner.start

    async def refuse(module: str, *arguments: str, environment: Mapping[str, str]) -> runner.RunningChild:
        if arguments[0] == "render":
            raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        return await started(module, *arguments, environment=environment)

    with monkeypatch.context() as patch:
        patch.setattr(runner, "start", refuse)
        await compiler.run(PrepareRequest(film.timeline, film.cache or Path()))
    assert "no compiler can be kept ready" in caplog.text
    assert (await compiler.run(film)).frames == 24


async def test_where_films_are_made_elsewhere_none_is_started(
    film: RenderRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiler, started = LocalCompiler(makes_films=lambda: False), runner.start
    commands: list[str] = []

    async def noted(module: str, *arguments: str, environment: Mapping[str, str]) -> runner.RunningChild:
        commands.append(arguments[0])
        return await started(module, *arguments, environment=environment)

    monkeypatch.setattr(runner, "start", noted)
    await compiler.run(PrepareRequest(film.timeline, film.cache or Path()))
    assert commands == ["prepare"]
    assert (await compiler.run(film)).frames == 24, "made by a worker after all, by a process of its own"


async def test_it_is_not_kept_for_ever(film: RenderRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spare_compiler, "KEPT_SECONDS", 0.0)
    compiler = LocalCompiler()
    await compiler.run(PrepareRequest(film.timeline, film.cache or Path()))
    await asyncio.to_thread(wait_for, lambda: not compilers(), "the spare compiler to end")
    assert (await compiler.run(film)).frames == 24


def test_it_ends_with_its_event_loop(film: RenderRequest) -> None:
    compiler = LocalCompiler()

    async def prepare() -> int:
        await compiler.run(PrepareRequest(film.timeline, film.cache or Path()))
        return await asyncio.to_thread(spare)

    assert asyncio.run(prepare()) not in compilers()
    assert asyncio.run(compiler.run(film)).frames == 24
