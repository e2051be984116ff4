"""Place a take: a job that shows a take in the film once it is made, as a step that can be undone."""

import asyncio
from contextlib import suppress
from uuid import UUID

from sqlmodel import col, select

from echoes.database import UserSession, get_database
from echoes.editing.history import recorded
from echoes.errors import NotFound
from echoes.jobs.base import Job, Steps, step_name
from echoes.jobs.names import JobName
from echoes.models import Clip, JobStatus, Take
from echoes.projects import service as projects

LONGER, REFRAMED = "Longer clip", "Framing of a clip"


class PlaceTake(Job):
    name = JobName.PLACE_TAKE
    subject_is = "take"

    async def run(self, steps: Steps, subject: str) -> None:
        await steps.step(place_take, subject)


@step_name("place_take")
async def place_take(subject: str) -> None:
    """Done twice it changes nothing: the take forgets its place in the same transaction."""
    await asyncio.to_thread(_place, UUID(subject))


def _place(take_id: UUID) -> None:
    with get_database().reading() as session:
        if (take := session.get(Take, take_id)) is None:
            return
    with suppress(NotFound), get_database().acting_as(take.owner_id) as acting:
        place(acting, take_id)


def place(session: UserSession, take_id: UUID) -> None:
    """Nothing where the clip has gone, or has been left out in the meantime; NotFound where its project has.

    The project is locked before anything else is, as by whoever deletes it: so no two wait in a ring.
    """
    places = select(Clip.project_id).join(Take, col(Take.place_id) == col(Clip.id))
    project_id = session.exec(places.where(col(Take.id) == take_id)).one_or_none()
    if project_id is None:
        return
    projects.lock(session, project_id)
    take = session.get(Take, take_id)
    if take is None or take.place_id is None or take.status != JobStatus.SUCCEEDED:
        return
    clip, take.place_id = session.get(Clip, take.place_id), None
    shown = session.get(Take, clip.approved_take_id) if clip and clip.approved_take_id else None
    if clip is None or shown is None or shown.aspect != take.aspect:
        return
    with recorded(session, clip.project_id, LONGER if take.seconds != shown.seconds else REFRAMED) as project:
        clip.approved_take_id = take.id
        if take.frames != shown.frames:
            # All of it, said by hand, is not the same as nothing said where a look has a pace of its own.
            clip.trim_start, clip.trim_end = 0, take.frames if project.look else None
