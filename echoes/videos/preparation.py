"""Prepare a film: a job that renders its pieces ahead of time, into the cache that the film's own job uses.

It begins when the film has not changed for a moment, stops when it changes again or is asked for, and works
while nothing else waits for the machine. What it has finished by then is kept.
"""

import asyncio
import logging
import os
from dataclasses import dataclass

from sqlmodel import col, select

from compiler.requests import PrepareRequest
from compiler.timeline.layout import lay_out
from compiler.timeline.levels import MeasuredMusic
from compiler.timeline.model import Timeline
from echoes.database import get_database
from echoes.errors import EchoesError, brief, is_expected
from echoes.jobs import queues
from echoes.jobs.base import Job, Steps, step_name
from echoes.jobs.names import JobName
from echoes.jobs.workspace import work_folder
from echoes.lettering import Drawings, words_of
from echoes.models import UNFINISHED, Project, Video
from echoes.processes.compiler import StoredFiles, get_compiler
from echoes.projects import timeline as timelines
from echoes.projects.preparation import FilmVersion, version_of
from echoes.projects.segment_cache import forget_rendered, rendered_parts
from echoes.settings import get_settings
from echoes.videos.compilation import keys_of, music_levels_of

CALM_SECONDS = 2.0
"""Without a change. Short: an edit changes few pieces, and the film may be asked for soon."""
WATCH_SECONDS = 1.0
BUSY_SECONDS = 5.0
LONGEST_WAIT = 120.0
"""For a machine that has other work; whoever edits again asks again."""

PREPARED, CHANGED, BUSY, FAILED = "prepared", "changed", "busy", "failed"

logger = logging.getLogger(__name__)


class PrepareFilm(Job):
    name = JobName.PREPARE_FILM
    subject_is = "version"

    async def run(self, steps: Steps, subject: str) -> None:
        await steps.step(prepare, subject)


@step_name("prepare_film.prepare")
async def prepare(subject: str) -> str:
    """How it ended. Once more after a crash, which finds what was made before it."""
    version = FilmVersion.from_text(subject)
    try:
        return await _prepare(version)
    except EchoesError as error:
        if not is_expected(error):
            raise
        logger.info("a film could not be prepared, and is made when it is asked for: %s", brief(error))
        return FAILED
    finally:
        await asyncio.to_thread(_forget_if_deleted, version)


@dataclass(frozen=True, slots=True)
class _Film:
    timeline: Timeline
    keys: dict[str, str]
    music_levels: tuple[MeasuredMusic, ...]


async def _prepare(version: FilmVersion) -> str:
    if await asyncio.to_thread(_read, version) is None:
        return CHANGED
    await asyncio.sleep(CALM_SECONDS)
    waited = 0.0
    while (film := await asyncio.to_thread(_read, version)) is not None:
        if not await asyncio.to_thread(is_machine_busy) and await _made(version, film):
            return PREPARED
        if waited >= LONGEST_WAIT:
            return BUSY
        await asyncio.sleep(BUSY_SECONDS)
        waited += BUSY_SECONDS
    return CHANGED


async def _made(version: FilmVersion, film: _Film) -> bool:
    """False when it was stopped, by a change of the film or by other work."""
    work = asyncio.create_task(_compile(version, film))
    try:
        while not (await asyncio.wait({work}, timeout=WATCH_SECONDS))[0]:
            if await asyncio.to_thread(_is_disturbed, version):
                return False
        await work
        return True
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


async def _compile(version: FilmVersion, film: _Film) -> None:
    try:
        await _draw_opening(film.timeline)
    except (EchoesError, OSError) as error:
        logger.info("the opening is drawn when it is looked at: %s", brief(error))
    async with work_folder(f"prepare-{version.project_id}") as folder:
        request = PrepareRequest(
            film.timeline, cache=rendered_parts(version.project_id), music_levels=film.music_levels
        )
        await get_compiler().run(request, StoredFiles(folder, film.keys))


async def _draw_opening(timeline: Timeline) -> None:
    """What the player shows before it plays: nobody who comes to the film waits for its picture to be drawn.
    For the pages of this machine, as the cache folder is its own."""
    layout = lay_out(timeline)
    if timeline.size and (opening := words_of(layout.shots[0], layout, timeline.size)):
        await Drawings().picture(opening)


def is_machine_busy(own: int = 0) -> bool:
    """Films and clips wait for a place, or the processors have more to do than the setting says. `own`: how
    many of them this job keeps busy itself."""
    load = (os.getloadavg()[0] - own) / (os.cpu_count() or 1)
    return load >= get_settings().prepare_load or queues.is_waited_for(queues.RENDER, *queues.EARLIER_RENDER)


def _is_disturbed(version: FilmVersion) -> bool:
    return _read(version) is None or is_machine_busy(own=1)


def _read(version: FilmVersion) -> _Film | None:
    """As its owner, who sees nothing of others; None when the film is another one by now, is being made, or
    its project is gone."""
    with get_database().reading() as session:
        owner_id = session.exec(
            select(Project.owner_id).where(col(Project.id) == version.project_id)
        ).one_or_none()
    if owner_id is None:
        return None
    with get_database().reading_as(owner_id) as session:
        project = session.get(Project, version.project_id)
        under_way = select(Video.id).where(
            col(Video.project_id) == version.project_id, col(Video.status).in_(UNFINISHED)
        )
        if project is None or session.exec(under_way).first() is not None:
            return None
        if version_of(session, project) != version:
            return None
        timeline = timelines.build(session, project)
        keys = keys_of(session, owner_id, timeline)
        return _Film(timeline, keys, music_levels_of(session, timeline))


def _forget_if_deleted(version: FilmVersion) -> None:
    """What was written after the project's own end."""
    with get_database().reading() as session:
        if session.get(Project, version.project_id) is None:
            forget_rendered(version.project_id)
