"""A process of its own: a tap asks for a take, the engine makes it with a stand-in of Runway, all traced."""

import sys
from uuid import UUID

from echoes.clips import service as clips
from echoes.database import get_database
from echoes.engine import Engine
from echoes.observability import process, tracing
from echoes.settings import get_settings
from echoes.takes.motions import SURPRISE
from tests.support.making import wait_for_end


def main(owner: str, photo: str) -> None:
    process.observe(get_settings())
    with tracing.span("tap"), get_database().acting_as(UUID(owner)) as session:
        (take,) = clips.animate(session, UUID(photo), SURPRISE)
    engine = Engine()
    engine.start()  # After the tap is over: what joins its trace was read from the job, as after a restart.
    ended = wait_for_end(take)
    engine.stop()
    process.finish()
    sys.stdout.write(f"{ended.status} {ended.failure}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
