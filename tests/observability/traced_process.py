"""Traced processes: a tap asks for a take and the engine begins it, until the process is killed; another one
ends it, and makes its film by a second tap."""

import sys
import threading
from uuid import UUID

from sqlmodel import select

from echoes.clips import service as clips
from echoes.database import get_database
from echoes.engine import Engine
from echoes.models import Take, Video
from echoes.observability import process, tracing
from echoes.settings import get_settings
from echoes.takes.motions import SURPRISE
from echoes.videos import service as videos
from tests.support.jobs.making import wait_for_end


def begin(owner: UUID, photo: UUID) -> None:
    with tracing.span("tap"), get_database().acting_as(owner) as session:
        clips.animate(session, photo, SURPRISE)
    tracing.finish()  # All that this process tells of: it is killed.
    Engine().start()
    threading.Event().wait()


def finish(owner: UUID, project: UUID) -> None:
    engine = Engine()
    engine.start()
    with get_database().reading() as session:
        take = session.exec(select(Take)).one()
    made: list[Take | Video] = [wait_for_end(take)]
    with tracing.span("film tap"), get_database().acting_as(owner) as session:
        clips.approve(session, take.id)
        film = videos.compile_film(session, project)
    made.append(wait_for_end(film))
    engine.stop()
    process.finish()
    sys.stdout.write(" ".join(f"{row.status} {row.failure}" for row in made))


if __name__ == "__main__":
    process.observe(get_settings())
    {"begin": begin, "finish": finish}[sys.argv[1]](*map(UUID, sys.argv[2:]))
