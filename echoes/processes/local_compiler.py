"""The compiler on this machine: a child process, so that a crash in a codec or a cancel never touches us."""

import asyncio
import json
import logging
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

from compiler.errors import CompilerError, ErrorCode
from compiler.messages import CommandFailed, Failure, Finished, Progressed
from compiler.requests import Answer, Request
from echoes.errors import brief
from echoes.observability import tracing
from echoes.processes import runner
from echoes.processes.compiler_base import SENTENCE_OF_CRASH, CompilationFailed, Note, Report, StoredFiles
from echoes.processes.replies import Unreadable, read_message, read_result
from echoes.processes.shared_segments import shared
from echoes.processes.spare_compiler import SpareCompiler
from echoes.storage import get_storage

INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "IMAGEIO_FFMPEG_EXE")
"""Of our environment: a process that opens what strangers send has no use for our secrets."""
CRASH = Failure(ErrorCode.CRASHED, SENTENCE_OF_CRASH)

End = Finished | CommandFailed

logger = logging.getLogger(__name__)


class LocalCompiler:
    """Runs `python -m compiler`; stored files are opened before it starts, and put when it has succeeded."""

    def __init__(self, makes_films: Callable[[], bool] = lambda: True) -> None:
        """`makes_films`: whether films that were prepared here are made here, too, so that a process is kept
        ready for them."""
        self._spare = SpareCompiler(makes_films)

    async def run(
        self,
        request: Request[Answer],
        files: StoredFiles | None = None,
        on_progress: Report | None = None,
        on_note: Note | None = None,
    ) -> Answer:
        if files is None:
            return await self._run(request, on_progress)
        async with _opened(files) as paths, shared(request):
            result = await self._run(with_files(request, paths), on_progress)
        await asyncio.to_thread(_put, files)
        return _named(result, files.folder)

    async def _run(self, request: Request[Answer], on_progress: Report | None) -> Answer:
        with tracing.span(f"compiler {request.command}"):
            answer = await _run_child(request, on_progress, self._spare.take(request.command))
        await self._spare.expect(request, _environment())
        return answer


def with_files(request: Request[Answer], paths: dict[str, Path]) -> Request[Answer]:
    """Raises CompilationFailed for a clip that has no file."""
    try:
        return request.with_files(paths)
    except CompilerError as error:
        raise CompilationFailed(error.kind, error.message, "refused before it was started") from error


async def _run_child(
    request: Request[Answer], on_progress: Report | None, spare: runner.RunningChild | None
) -> Answer:
    async with runner.running(spare) if spare else _started(request.command) as child:
        await runner.tell(child, json.dumps(request.to_json()).encode())
        end = await _listen(child, on_progress)
        code = await child.process.wait()
        said = await child.said
    cause = f"compiler {request.command} ended with {code}: {said}"
    if isinstance(end, Finished) and code == 0:
        try:
            return read_result(request, end.result)
        except Unreadable as error:
            cause = f"{cause}, with a result that is none: {error}"
    logger.warning("compiler %s ended with %d: %s", request.command, code, brief(said))
    failure = end.error if isinstance(end, CommandFailed) else CRASH
    raise CompilationFailed(failure.kind, failure.message, cause)


def _started(command: str) -> AbstractAsyncContextManager[runner.RunningChild]:
    return runner.started("compiler", command, "-", environment=_environment())


def _environment() -> dict[str, str]:
    return {name: os.environ[name] for name in INHERITED if name in os.environ}


async def _listen(child: runner.RunningChild, on_progress: Report | None) -> End | None:
    """Passes progress on; the last line that is not progress is the end."""
    end: End | None = None
    async for line in runner.piped(child.process.stdout):
        try:
            message = read_message(line)
        except Unreadable as error:
            logger.warning("the compiler said something that is not its own: %s", brief(error))
            continue
        if not isinstance(message, Progressed):
            end = message
        elif on_progress is not None:
            await on_progress(message.progress, message.stage)
    return end


@asynccontextmanager
async def _opened(files: StoredFiles) -> AsyncIterator[dict[str, Path]]:
    """Paths for all names, as long as the block lasts. To open a stored file may take its time."""
    stack, paths = ExitStack(), {name: files.folder / name for name in files.written}
    try:
        for name, key in files.read.items():
            paths[name] = await asyncio.to_thread(stack.enter_context, get_storage().local_path(key))
        yield paths
    finally:
        await asyncio.to_thread(stack.close)


def _put(files: StoredFiles) -> None:
    made = {name: path for name in files.written if (path := files.folder / name).exists()}
    files.finish_all(lambda name, finish: finish(made[name]))
    for name, path in made.items():
        get_storage().put(files.written[name], path)


def _named(result: Answer, folder: Path) -> Answer:
    """The files that were made, by the request's names for them."""
    paths = {name: value for name, value in vars(result).items() if isinstance(value, Path)}
    names = {name: path.relative_to(folder) for name, path in paths.items() if path.is_relative_to(folder)}
    return replace(result, **names)
