"""The compiler as a child process: what it answers, how it ends, and that it never outlives its parent."""

import asyncio
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from compiler.errors import ErrorCode
from compiler.requests import AnimateRequest, ProbeRequest
from echoes.processes import runner
from echoes.processes.compiler import CompilationFailed, get_compiler
from echoes.processes.local_compiler import LocalCompiler
from tests.processes.contract import CompilerContract
from tests.support.jobs.engines import REPOSITORY, wait_gone
from tests.support.media.samples import save_photo, textured
from tests.support.processes import compilers, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.own_interpreter]


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return save_photo(tmp_path / "photo.jpg", textured(640, 360))


def animation(photo: Path, seconds: float = 1.0) -> AnimateRequest:
    return AnimateRequest(photo, photo.with_name("clip.mp4"), duration=seconds)


@pytest.fixture
def compiler() -> LocalCompiler:
    return LocalCompiler()


class TestLocalCompiler(CompilerContract):
    pass


async def started_compiler() -> int:
    await asyncio.to_thread(wait_for, compilers, "the compiler to be started")
    return compilers().pop()


async def test_the_cause_for_operators_says_how_the_process_ended(tmp_path: Path) -> None:
    with pytest.raises(CompilationFailed) as failed:
        await get_compiler().run(ProbeRequest(tmp_path / "missing.mp4"))
    assert failed.value.retryable is False
    assert "compiler probe ended with 1" in failed.value.cause


@pytest.mark.skipif(sys.platform != "linux", reason="the environment of others is seen in /proc")
async def test_the_child_knows_none_of_our_secrets(photo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ECHOES_SECRET_KEY", "ECHOES_DATABASE_URL", "RUNWAYML_API_SECRET"):
        monkeypatch.setenv(name, "a secret of ours")
    making = asyncio.create_task(LocalCompiler().run(animation(photo, seconds=20)))
    environ = Path(f"/proc/{await started_compiler()}/environ")
    environment = await asyncio.to_thread(environ.read_bytes)
    making.cancel()
    await asyncio.gather(making, return_exceptions=True)
    assert b"PATH=" in environment
    assert b"secret" not in environment.lower()


class Surprising(AnimateRequest):
    """As from an application that is newer than its compiler."""

    def to_json(self) -> dict[str, Any]:
        return super().to_json() | {"surprise": 1}


async def test_a_field_that_the_compiler_does_not_know_is_refused_by_name(photo: Path) -> None:
    with pytest.raises(CompilationFailed) as failed:
        await get_compiler().run(Surprising(photo, photo.with_name("clip.mp4")))
    assert failed.value.error_code == ErrorCode.BAD_REQUEST
    assert "unknown field: surprise" in failed.value.message


@pytest.mark.parametrize("said", ['{"result": {}}', '{"error": {"kind": "boredom"}}', "garbage", "[]", ""])
async def test_a_process_that_answers_with_anything_else_counts_as_crashed(
    photo: Path, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    program = [sys.executable, "-c", f"import sys; sys.stdin.read(); print({said!r})"]
    monkeypatch.setattr(runner, "command", lambda *_: program)
    with pytest.raises(CompilationFailed) as failed:
        await get_compiler().run(ProbeRequest(photo))
    assert failed.value.error_code == ErrorCode.CRASHED
    assert "compiler probe ended with 0" in failed.value.cause


async def test_a_process_that_ends_at_once_is_no_hang(photo: Path) -> None:
    unknown = animation(photo)
    object.__setattr__(unknown, "command", "paint")
    with pytest.raises(CompilationFailed) as failed:
        await get_compiler().run(unknown)
    assert failed.value.error_code == ErrorCode.CRASHED
    assert "invalid choice" in failed.value.cause


async def test_a_killed_compiler_may_be_tried_again(photo: Path) -> None:
    work = asyncio.create_task(get_compiler().run(animation(photo, 30.0)))
    os.kill(await started_compiler(), signal.SIGKILL)
    with pytest.raises(CompilationFailed) as failed:
        await work
    assert (failed.value.error_code, failed.value.retryable) == (ErrorCode.CRASHED, True)
    assert "ended with -9" in failed.value.cause


def test_killing_the_parent_ends_the_compiler(photo: Path) -> None:
    program = (
        "import asyncio, sys; from pathlib import Path; from compiler.requests import AnimateRequest;"
        "from echoes.processes.compiler import get_compiler; photo = Path(sys.argv[1]);"
        "request = AnimateRequest(photo, photo.with_name('clip.mp4'), duration=30.0);"
        "asyncio.run(get_compiler().run(request))"
    )
    parent = subprocess.Popen([sys.executable, "-c", program, str(photo)], cwd=REPOSITORY)
    wait_for(lambda: compilers(parent.pid), "the compiler to be started")
    at_work = compilers(parent.pid)
    assert at_work, "it had ended before its parent was killed"
    parent.kill()
    parent.wait()
    wait_gone(at_work)


@pytest.fixture
def small_files_only() -> Iterator[None]:
    """As on a disk with 64 KB left; processes that are started inherit it."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.usefixtures("small_files_only")
async def test_a_full_disk_is_said_in_words(photo: Path) -> None:
    with pytest.raises(CompilationFailed) as failed:
        await get_compiler().run(animation(photo, 5.0))
    assert (failed.value.kind, failed.value.retryable) == ("disk_full", False)
    assert failed.value.sentence.startswith("There is no room left to make this")
    assert list(photo.parent.glob("*.mp4*")) == []
