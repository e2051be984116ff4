"""Built-in provider (camera moves): the compiler makes them on this machine, free."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from compiler.requests import AnimateRequest
from echoes.catalogue.aspects import CLIP_SIZES
from echoes.processes.compiler import CompilationFailed, get_compiler
from echoes.providers.base import (
    AccountLimits,
    CancelAnswer,
    ClipRequest,
    Delivered,
    Failed,
    Model,
    Recorder,
    Running,
    State,
    Succeeded,
    unrecorded,
)

LOST = Failed(
    "lost",
    "This clip was interrupted. Please try again.",
    "the process that made it has ended",
    retryable=True,
)


class MotionJob:
    """One run of the compiler."""

    def __init__(self, request: ClipRequest, output: Path) -> None:
        self.progress = 0.0
        self.task = asyncio.create_task(
            get_compiler().run(_animation(request, output), on_progress=self._report)
        )

    async def _report(self, progress: float, _stage: str) -> None:
        self.progress = progress


@dataclass
class MotionConnection:
    folder: Path
    jobs: dict[str, MotionJob] = field(default_factory=dict)

    async def submit(self, request: ClipRequest) -> str:
        job_id = str(uuid4())
        self.jobs[job_id] = MotionJob(request, self.folder / f"{job_id}.mp4")
        return job_id

    async def poll(self, job_id: str) -> State:
        """A job does not outlive its connection: one from before a crash is lost, and may be repeated."""
        job = self.jobs.get(job_id)
        if job is None or job.task.cancelled():
            return LOST
        if not job.task.done():
            return Running(job.progress)
        error = job.task.exception()
        if error is None:
            return Succeeded()
        if isinstance(error, CompilationFailed):
            return Failed(error.kind, error.message, error.cause, retryable=error.retryable)
        raise error

    async def cancel(self, job_id: str) -> CancelAnswer:
        if job := self.jobs.pop(job_id, None):
            job.task.cancel()
            await asyncio.gather(job.task, return_exceptions=True)
        return CancelAnswer(stopped=True, charged=False)

    async def fetch(self, job_id: str) -> Delivered:
        made = await self.jobs[job_id].task
        poster, small = posters_of(made.output)
        return Delivered(
            made.output,
            in_profile=True,
            frames=made.frames,
            profile_version=made.profile_version,
            poster=poster,
            small_poster=small,
        )


NAME = "motion"


class MotionProvider:
    name = NAME
    title = "Camera moves"
    models: tuple[Model, ...] = (
        Model(
            name="camera",
            title="Camera moves",
            sizes=CLIP_SIZES,
            prompt_limit=0,
            price=0,
        ),
    )
    poll_seconds = 0.2
    is_generative = False
    repeatable = True

    @asynccontextmanager
    async def connect(self, folder: Path, record: Recorder = unrecorded) -> AsyncIterator[MotionConnection]:
        connection = MotionConnection(folder)
        try:
            yield connection
        finally:
            for job_id in list(connection.jobs):
                await connection.cancel(job_id)

    async def limits(self, model: str) -> AccountLimits | None:
        return None


def posters_of(clip: Path) -> tuple[Path, Path]:
    """Where those of a clip in a job's folder stand: as it is, and a light one for pages."""
    return clip.with_suffix(".jpg"), clip.with_suffix(".webp")


def _animation(request: ClipRequest, output: Path) -> AnimateRequest:
    poster, small = posters_of(output)
    return AnimateRequest(
        photo=request.photo,
        output=output,
        size=request.size,
        duration=request.seconds,
        move=request.motion,
        choice=request.framing,
        subject=request.subject,
        poster=poster,
        small_poster=small,
    )
