"""A take's job without the engine: run once, run again as after a crash, and waited for."""

import asyncio
from collections.abc import Callable

from echoes.database import Database
from echoes.models import Project, Take
from echoes.takes.generation.generating import GenerateTake
from tests.support.jobs.making import (
    DirectSteps,
    reread,
)
from tests.support.processes import wait_for


async def make(take: Take) -> Take:
    await GenerateTake().run(DirectSteps(), str(take.id))
    made: Take = await asyncio.to_thread(reread, take)
    return made


def revision_of(database: Database, project: Project) -> int:
    with database.reading() as session:
        return session.get_one(Project, project.id).revision


async def until(condition: Callable[[], object]) -> None:
    await asyncio.to_thread(wait_for, condition, "the job to get there")


async def make_again(take: Take) -> Take:
    """As the engine does after a crash: `begin` is remembered and not repeated."""
    from echoes.takes.generation.generating import GenerateTake

    ending = await GenerateTake().attempt(str(take.id))
    await DirectSteps().transaction(GenerateTake().settle, str(take.id), ending)
    made: Take = await asyncio.to_thread(reread, take)
    return made
