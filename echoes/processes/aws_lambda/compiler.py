"""The compiler in AWS Lambda: the request is an object in the bucket, its id an asynchronous event, and
progress and result are objects that the function writes.

The id is made of the request and of the keys that the job fixes: whoever takes the job up again after a crash
finds what was begun, and an event that is delivered twice has one result.
"""

import asyncio
import logging
import shutil
from collections.abc import Callable, Set
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from compiler.cloud.invocation import Invocation, InvocationKeys, Reply
from compiler.errors import ErrorCode
from compiler.messages import CommandFailed, Finished
from compiler.requests import Answer, Request
from echoes.errors import InternalError, brief
from echoes.processes.aws_lambda.fitting import DoesNotFit, check_fits
from echoes.processes.aws_lambda.function import LambdaFunction, LambdaUnusable
from echoes.processes.aws_lambda.objects import InvocationObjects
from echoes.processes.aws_lambda.waiting import NoAnswer, Pace, Wait
from echoes.processes.compiler_base import (
    SENTENCE_OF_CRASH,
    CompilationFailed,
    Compiler,
    Finish,
    Note,
    Report,
    StoredFiles,
)
from echoes.processes.local_compiler import CRASH, with_files
from echoes.processes.replies import Unreadable, read_message, read_result
from echoes.storage import get_storage

NOT_ENOUGH = frozenset({ErrorCode.TOO_SLOW, ErrorCode.TOO_LARGE, ErrorCode.DISK_FULL, ErrorCode.BAD_REQUEST})
"""Failures of the function that may succeed on a machine with more time, memory or disk; or by our own
version, where the function's is older and does not know a field, a command or a timeline of ours."""

Commands = Callable[[], Set[str]]
"""Which commands are done in Lambda, asked for each request anew. Blocks."""
Waker = Callable[[str, asyncio.Event], AbstractContextManager[None]]
"""For as long as the block lasts the event is set when the invocation's callback comes."""

logger = logging.getLogger(__name__)


class NotInLambda(InternalError):
    """For operators: why this is made on a worker instead."""

    code = "not_in_lambda"


@dataclass(frozen=True)
class Callbacks:
    """How the function reaches us, where it can."""

    address: Callable[[str], str]
    woken: Waker


class LambdaCompiler:
    """What `commands` says is made in Lambda; all else, and what it cannot do, by `local`, in turns."""

    def __init__(
        self,
        function: LambdaFunction,
        local: Compiler,
        commands: Commands,
        local_places: int = 1,
        callbacks: Callbacks | None = None,
        pace: Pace | None = None,
        cache_control: str = "",
    ) -> None:
        self._function, self._local, self._commands = function, local, commands
        self._places = asyncio.Semaphore(local_places)
        self._callbacks, self._pace, self._cache_control = callbacks, pace or Pace(), cache_control

    async def run(
        self,
        request: Request[Answer],
        files: StoredFiles | None = None,
        on_progress: Report | None = None,
        on_note: Note | None = None,
    ) -> Answer:
        if files is None:
            return await self._local.run(request, on_progress=on_progress)
        if request.command in await asyncio.to_thread(self._commands):
            try:
                return await self._run_in_lambda(request, files, on_progress)
            except NotInLambda as reason:
                await _note(request, f"made on a worker instead of Lambda: {reason}", on_note)
        async with self._places:
            return await self._local.run(request, files, on_progress)

    async def _run_in_lambda(
        self, request: Request[Answer], files: StoredFiles, on_progress: Report | None
    ) -> Answer:
        invocation = replace(
            _invocation(request, files),
            cache_control=self._cache_control,
            stale_seconds=self._pace.stale_seconds,
        )
        try:
            limits = await asyncio.to_thread(self._function.limits)
            await asyncio.to_thread(check_fits, request, files.read, limits)
            reply = await self._reply(invocation, on_progress)
        except (DoesNotFit, LambdaUnusable, NoAnswer) as error:
            raise NotInLambda(str(error)) from error
        result = _read(request, reply)
        await asyncio.to_thread(_finish, files)
        return result

    async def _reply(self, invocation: Invocation, on_progress: Report | None) -> Reply:
        keys = InvocationKeys(invocation.id)
        objects, event = InvocationObjects(keys), asyncio.Event()
        callbacks = self._callbacks
        waking = callbacks.woken(keys.id, event) if callbacks else nullcontext()
        if callbacks:
            invocation = replace(invocation, callback=callbacks.address(keys.id))
        with waking:
            wait = Wait(self._function, objects, keys.id, self._pace, event)
            return await wait.run(invocation, on_progress)


def _invocation(request: Request[Any], files: StoredFiles) -> Invocation:
    """By names and keys alone: a cache's folder on this machine gives its name. Raises CompilationFailed."""
    names = [*files.read, *files.written]
    with_files(request, {name: Path(name) for name in names})
    cache: Path | None = getattr(request, "cache", None)
    segments = "" if cache is None else cache.name
    named = request.to_json() | ({"cache": segments} if segments else {})
    return Invocation(request.command, named, dict(files.read), dict(files.written), segments)


def _finish(files: StoredFiles) -> None:
    """What only this machine may do, such as to sign with its key, to what lies in the bucket.

    No row names it yet.
    """

    def do(name: str, finish: Finish) -> None:
        own = files.folder / name
        with get_storage().local_path(files.written[name]) as stored:
            shutil.copyfile(stored, own)
        finish(own)
        get_storage().put(files.written[name], own)

    files.finish_all(do)


def _read(request: Request[Answer], reply: Reply) -> Answer:
    """Raises CompilationFailed, or NotInLambda for what a worker may be able to do."""
    try:
        message = read_message(reply.said.encode())
        if isinstance(message, Finished):
            return read_result(request, message.result)
    except Unreadable as error:
        raise CompilationFailed(ErrorCode.CRASHED, SENTENCE_OF_CRASH, f"{reply.cause}: {error}") from error
    logger.warning("compiler %s in Lambda failed: %s", request.command, brief(reply.cause))
    failure = message.error if isinstance(message, CommandFailed) else CRASH
    if failure.kind in NOT_ENOUGH:
        raise NotInLambda(f"{failure.kind.value} there: {failure.message}")
    if failure.kind == ErrorCode.CANCELLED:  # By whoever asked for the same before us.
        failure = CRASH
    raise CompilationFailed(failure.kind, failure.message, reply.cause)


async def _note(request: Request[Any], sentence: str, on_note: Note | None) -> None:
    logger.warning("%s: %s", request.command, sentence)
    if on_note is not None:
        await on_note(sentence)
