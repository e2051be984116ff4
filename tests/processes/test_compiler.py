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

from echoes.processes.compiler import CompilationFailed, run_compiler
from tests.support.engines import REPOSITORY, wait_gone
from tests.support.media import save_photo, textured
from tests.support.processes import compilers, wait_for

pytestmark = pytest.mark.slow


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return save_photo(tmp_path / "photo.jpg", textured(640, 360))


def animation(photo: Path, seconds: float = 1.0) -> dict[str, Any]:
    return {"photo": str(photo), "output": str(photo.with_name("clip.mp4")), "duration": seconds}


async def started_compiler() -> int:
    await asyncio.to_thread(wait_for, compilers, "the compiler to be started")
    return compilers().pop()


async def test_answers_with_the_result_and_tells_its_progress(photo: Path) -> None:
    told: list[tuple[float, str]] = []

    async def listen(fraction: float, stage: str) -> None:
        told.append((fraction, stage))

    result = await run_compiler("animate", animation(photo), listen)
    assert result["frames"] == 24
    assert len(photo.with_name("clip.mp4").read_bytes()) == result["size_bytes"]
    fractions = [fraction for fraction, _ in told]
    assert fractions == sorted(fractions)
    assert (fractions[-1], len(fractions) > 5) == (1.0, True)


async def test_a_failure_has_a_kind_a_sentence_and_a_cause_for_operators(
    tmp_path: Path,
) -> None:
    with pytest.raises(CompilationFailed) as failed:
        await run_compiler("probe", {"input": str(tmp_path / "missing.mp4")})
    assert (failed.value.kind, failed.value.retryable) == ("not_found", False)
    assert failed.value.sentence.endswith(".")
    assert "compiler probe ended with 1" in failed.value.cause


@pytest.mark.skipif(sys.platform != "linux", reason="the environment of others is seen in /proc")
async def test_the_child_knows_none_of_our_secrets(photo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ECHOES_SECRET_KEY", "ECHOES_DATABASE_URL", "RUNWAYML_API_SECRET"):
        monkeypatch.setenv(name, "a secret of ours")
    making = asyncio.create_task(run_compiler("animate", animation(photo, seconds=20)))
    environ = Path(f"/proc/{await started_compiler()}/environ")
    environment = await asyncio.to_thread(environ.read_bytes)
    making.cancel()
    await asyncio.gather(making, return_exceptions=True)
    assert b"PATH=" in environment
    assert b"secret" not in environment.lower()


async def test_a_bad_request_is_a_failure_too(photo: Path) -> None:
    with pytest.raises(CompilationFailed) as failed:
        await run_compiler("animate", animation(photo) | {"surprise": 1})
    assert failed.value.kind == "bad_request"


async def test_an_unknown_command_is_no_hang(photo: Path) -> None:
    with pytest.raises(CompilationFailed) as failed:
        await run_compiler("paint", {})
    assert "invalid choice" in failed.value.cause


async def test_a_killed_compiler_may_be_tried_again(photo: Path) -> None:
    work = asyncio.create_task(run_compiler("animate", animation(photo, 30.0)))
    os.kill(await started_compiler(), signal.SIGKILL)
    with pytest.raises(CompilationFailed) as failed:
        await work
    assert (failed.value.kind, failed.value.retryable) == ("crashed", True)
    assert "ended with -9" in failed.value.cause


async def test_cancelling_ends_the_process_before_the_call_returns(photo: Path) -> None:
    work = asyncio.create_task(run_compiler("animate", animation(photo, 30.0)))
    await started_compiler()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert not compilers()


async def test_a_listener_that_gives_up_ends_the_process(photo: Path) -> None:
    async def give_up(_fraction: float, _stage: str) -> None:
        raise KeyError("nobody wants this")

    with pytest.raises(KeyError):
        await run_compiler("animate", animation(photo, 30.0), give_up)
    assert not compilers()


def test_killing_the_parent_ends_the_compiler(photo: Path) -> None:
    program = (
        "import asyncio, json, sys; from echoes.processes.compiler import run_compiler;"
        "asyncio.run(run_compiler('animate', json.loads(sys.argv[1])))"
    )
    request = str(animation(photo, 30.0)).replace("'", '"')
    parent = subprocess.Popen([sys.executable, "-c", program, request], cwd=REPOSITORY)
    wait_for(lambda: compilers(parent.pid), "the compiler to be started")
    at_work = compilers(parent.pid)
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
        await run_compiler("animate", animation(photo, 5.0))
    assert (failed.value.kind, failed.value.retryable) == ("disk_full", False)
    assert failed.value.sentence.startswith("There is not enough room on the disk")
    assert list(photo.parent.glob("*.mp4*")) == []
