"""The compiler in AWS Lambda: its contract, and what asynchronous events do that a child process does not."""

import asyncio
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from compiler.cloud.invocation import InvocationKeys, Reply
from compiler.errors import ErrorCode
from compiler.requests import AnimateRequest, RenderRequest
from compiler.results import Rendered
from compiler.timeline.model import Shot, Timeline, Transition
from echoes.errors import StorageUnavailable
from echoes.processes.aws_lambda import compiler as module
from echoes.processes.aws_lambda.compiler import LambdaCompiler
from echoes.processes.aws_lambda.function import FunctionLimits, LambdaFunction
from echoes.processes.aws_lambda.objects import InvocationObjects
from echoes.processes.aws_lambda.waiting import Pace, handing_over
from echoes.processes.compiler import CompilationFailed, StoredFiles
from echoes.processes.local_compiler import LocalCompiler
from echoes.storage import get_storage, new_key
from tests.processes.contract import CLIP, FILM, OWNER, CompilerContract, is_stored
from tests.support.aws.emulators import client_of
from tests.support.aws.lambdas import PREFIX, CountingFunction, DeployedFunction
from tests.support.media.samples import save_photo, textured
from tests.support.processes import compilers, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("in_lambda")]

ALL = {"render", "conform", "poster", "animate"}
FAST = Pace(shortest_pause=0.05, longest_pause=0.3, unclaimed=20.0, stale_seconds=3.0, stalled=4.0)


def compiler_by(function: LambdaFunction, **pace: float) -> LambdaCompiler:
    return LambdaCompiler(function, LocalCompiler(), lambda: ALL, pace=replace(FAST, **pace))


@pytest.fixture
def function(in_lambda: DeployedFunction) -> CountingFunction:
    return CountingFunction(in_lambda)


@pytest.fixture
def compiler(function: CountingFunction) -> LambdaCompiler:
    return compiler_by(function)


class TestLambdaCompiler(CompilerContract):
    pass


class Animated:
    """A clip of a photograph in the bucket, and its request."""

    def __init__(self, tmp_path: Path, seconds: float = 1.0) -> None:
        self.photo_key, self.key = new_key(OWNER, "photos", "jpg"), new_key(OWNER, "takes", "mp4")
        get_storage().put(self.photo_key, save_photo(tmp_path / "photo.jpg", textured(640, 360)))
        folder = tmp_path / "attempt"
        folder.mkdir(exist_ok=True)
        self.request = AnimateRequest(Path("photo"), CLIP, duration=seconds)
        self.files = StoredFiles(folder, {"photo": self.photo_key}, {str(CLIP): self.key})
        self.notes: list[str] = []

    @property
    def keys(self) -> InvocationKeys:
        return InvocationKeys(module._invocation(self.request, self.files).id)

    async def made_by(self, compiler: LambdaCompiler) -> Any:
        return await compiler.run(self.request, self.files, on_note=self.note)

    async def note(self, sentence: str) -> None:
        self.notes.append(sentence)


@pytest.fixture
def clip(in_lambda: DeployedFunction, tmp_path: Path) -> Animated:
    return Animated(tmp_path)


async def test_it_is_made_there_and_nothing_of_the_invocation_stays(
    compiler: LambdaCompiler, function: CountingFunction, in_lambda: DeployedFunction, clip: Animated
) -> None:
    made = await clip.made_by(compiler)
    assert (made.frames, function.sent, clip.notes) == (24, 1, [])
    assert is_stored(clip.key)
    assert in_lambda.keys(f"invocations/{clip.keys.id}") == set()
    stored = client_of(in_lambda.endpoint).head_object(Bucket=in_lambda.bucket, Key=PREFIX + clip.key)
    assert stored["ContentType"] == "video/mp4"


async def test_an_event_that_is_delivered_often_is_done_once(
    in_lambda: DeployedFunction, clip: Animated
) -> None:
    invocation = module._invocation(clip.request, clip.files)
    InvocationObjects(clip.keys).ask(invocation)
    with ThreadPoolExecutor(3) as threads:
        said = sorted(threads.map(in_lambda.invoke, [clip.keys.id] * 3))
    assert said.count("done") == 1
    assert set(said) <= {"done", "somebody else is at it", "nothing is left to do"}
    assert await asyncio.to_thread(in_lambda.invoke, clip.keys.id) == "nothing is left to do"
    assert is_stored(clip.key)


async def test_an_event_that_is_lost_is_sent_once_more(in_lambda: DeployedFunction, clip: Animated) -> None:
    function = CountingFunction(in_lambda, lost=1)
    made = await clip.made_by(compiler_by(function, unclaimed=0.5))
    assert (made.frames, function.sent, clip.notes) == (24, 2, [])


async def test_a_function_that_never_answers_costs_nobody_a_film(
    in_lambda: DeployedFunction, clip: Animated
) -> None:
    function = CountingFunction(in_lambda, lost=9)
    made = await clip.made_by(compiler_by(function, unclaimed=0.3))
    assert (made.frames, function.sent) == (24, 2)
    assert clip.notes == ["made on a worker instead of Lambda: nobody began it within 0.3 s, twice"]
    assert is_stored(clip.key)
    assert in_lambda.keys(f"invocations/{clip.keys.id}") == set()


async def test_a_function_that_is_not_there_is_named(in_lambda: DeployedFunction, clip: Animated) -> None:
    made = await clip.made_by(compiler_by(LambdaFunction("missing", "eu-central-1", in_lambda.endpoint)))
    assert made.frames == 24
    assert len(clip.notes) == 1
    assert "missing" in clip.notes[0]
    assert "ResourceNotFoundException" in clip.notes[0]


@pytest.mark.parametrize("change", [{"request": {"photo": "photo", "new": 1}}, {"command": "new"}])
async def test_what_an_older_function_does_not_know_is_made_here(
    clip: Animated, function: CountingFunction, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any]
) -> None:
    ours = module._invocation

    def of_a_later_release(*asked: Any) -> Any:
        return replace(ours(*asked), **change)

    monkeypatch.setattr(module, "_invocation", of_a_later_release)
    made = await clip.made_by(compiler_by(function))
    assert (made.frames, function.sent) == (24, 1)
    (note,) = clip.notes
    assert note.startswith("made on a worker instead of Lambda: bad_request there:")
    assert is_stored(clip.key)


async def test_one_that_ends_in_the_middle_is_followed_by_another(
    in_lambda: DeployedFunction, tmp_path: Path
) -> None:
    clip, function = Animated(tmp_path, seconds=6.0), CountingFunction(in_lambda)
    work = asyncio.create_task(clip.made_by(compiler_by(function)))
    await asyncio.to_thread(wait_for, compilers, "the function's compiler to be started")
    for pid in await asyncio.to_thread(handlers):
        os.kill(pid, signal.SIGKILL)
    made = await work
    assert (made.frames, function.sent, clip.notes) == (144, 2, [])


def handlers() -> set[int]:
    """The processes in which the function runs: those that started compilers."""
    return {int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]) for pid in compilers()}


async def test_a_worker_that_comes_back_waits_for_what_was_begun(
    in_lambda: DeployedFunction, tmp_path: Path
) -> None:
    clip, function = Animated(tmp_path, seconds=4.0), CountingFunction(in_lambda)
    first = asyncio.create_task(clip.made_by(compiler_by(function)))
    await asyncio.to_thread(wait_for, compilers, "the function's compiler to be started")
    with handing_over():
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
    assert compilers()
    made = await clip.made_by(compiler_by(function))
    assert (made.frames, function.sent) == (96, 1)


async def test_what_was_cancelled_before_is_begun_anew(in_lambda: DeployedFunction, clip: Animated) -> None:
    objects = InvocationObjects(clip.keys)
    objects.ask(module._invocation(clip.request, clip.files))
    objects.cancel()
    made = await clip.made_by(compiler_by(CountingFunction(in_lambda)))
    assert (made.frames, clip.notes) == (24, [])


async def test_a_compiler_that_is_killed_there_is_a_crash_that_may_be_tried_again(
    in_lambda: DeployedFunction, tmp_path: Path
) -> None:
    clip = Animated(tmp_path, seconds=20.0)
    work = asyncio.create_task(clip.made_by(compiler_by(CountingFunction(in_lambda))))
    await asyncio.to_thread(wait_for, compilers, "the function's compiler to be started")
    for pid in compilers():
        os.kill(pid, signal.SIGKILL)
    with pytest.raises(CompilationFailed) as failed:
        await work
    assert (failed.value.error_code, failed.value.retryable) == (ErrorCode.CRASHED, True)
    assert "in Lambda ended with -9" in failed.value.cause


async def test_a_storage_that_stumbles_is_waited_for(
    in_lambda: DeployedFunction, clip: Animated, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers, real = iter([True, False, False, True, False]), InvocationObjects.reply

    def stumbling(self: InvocationObjects) -> Reply | None:
        if not next(answers, True):
            raise StorageUnavailable("503 Slow Down")
        return real(self)

    monkeypatch.setattr(InvocationObjects, "reply", stumbling)
    made = await clip.made_by(compiler_by(CountingFunction(in_lambda)))
    assert (made.frames, clip.notes) == (24, [])


async def test_a_storage_that_does_not_come_back_is_said(
    in_lambda: DeployedFunction, clip: Animated, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_self: InvocationObjects) -> None:
        raise StorageUnavailable("503 Slow Down")

    monkeypatch.setattr(InvocationObjects, "reply", gone)
    with pytest.raises(StorageUnavailable):
        await clip.made_by(compiler_by(CountingFunction(in_lambda), store=0.5, cancelling=0.5))


async def test_what_does_not_fit_is_made_here(
    clip: Animated, function: CountingFunction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(function, "ask_limits", lambda: FunctionLimits(900, 10_000, 2.0, "Active", ""))
    made = await clip.made_by(compiler_by(function))
    assert (made.frames, function.sent) == (24, 0)
    assert clip.notes[0].startswith("made on a worker instead of Lambda: its files need about")


@pytest.fixture
def clip_key(in_lambda: DeployedFunction, small_clip: Path, tmp_path: Path) -> str:
    """Of a clip of one second in the bucket."""
    source, key = tmp_path / "source.mp4", new_key(OWNER, "takes", "mp4")
    source.write_bytes(small_clip.read_bytes())
    get_storage().put(key, source)
    return key


async def test_pieces_are_shared_by_lambda_and_workers(
    in_lambda: DeployedFunction, clip_key: str, tmp_path: Path
) -> None:
    """Made there, they are found here, by a worker that has none."""
    timeline = Timeline((Shot("one"), Shot("two")), (Transition("crossfade", 12),))
    name, made = tmp_path.name.replace(".", "-").lower()[:60], list[Rendered]()
    for machine in (compiler_by(CountingFunction(in_lambda)), LocalCompiler()):
        folder = tmp_path / f"attempt-{len(made)}"
        folder.mkdir()
        files = StoredFiles(
            folder, dict.fromkeys(("one", "two"), clip_key), {str(FILM): new_key(OWNER, "films", "mp4")}
        )
        cache = tmp_path / f"machine-{len(made)}" / name
        made.append(await machine.run(RenderRequest(timeline, FILM, cache=cache), files))
    there, here = made
    assert (there.encoded_frames > 0, here.encoded_frames) == (True, 0)
    assert here.cached_frames == there.encoded_frames
    assert here.size_bytes == there.size_bytes
