"""A process of a test's own: a tap asks for a take, the engine makes it with a stand-in of Runway, all traced."""

import sys
from uuid import UUID

from echoes.clips import service as clips
from echoes.database import get_database
from echoes.engine import Engine
from echoes.models import UNFINISHED, Take
from echoes.observability import process, tracing
from echoes.settings import get_settings
from tests.support.processes import wait_for


def main(owner: str, clip: str) -> None:
    process.observe(get_settings())
    engine = Engine()
    with (
        tracing.span("tap"),
        get_database().acting_as(UUID(owner)) as session,
    ):
        (take,) = clips.request_takes(session, [UUID(clip)])
    engine.start()  # After the tap: the trace is read from the job, as after a restart.
    wait_for(lambda: status(take.id) not in UNFINISHED, "the take to end")
    engine.stop()
    process.finish()


def status(take_id: UUID) -> str:
    with get_database().reading() as session:
        return session.get_one(Take, take_id).status


if __name__ == "__main__":
    main(*sys.argv[1:])
