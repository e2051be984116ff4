"""Queries of the joint sheet: what happens between two clips of the film."""

from dataclasses import dataclass
from uuid import UUID

from compiler.timeline.layout import lay_out
from compiler.timeline.model import to_seconds
from echoes.database import UserSession
from echoes.projects import service as projects
from echoes.projects import timeline as timelines
from echoes.projects.timeline import clips_in_film, transition_of
from echoes.storage import get_storage
from echoes.takes.posters import poster_url


@dataclass(frozen=True)
class Joint:
    """Named by the clip before it. Without a name none is open."""

    id: str = ""
    title: str = ""
    before: str = ""
    after: str = ""
    kind: str = ""
    seconds: float = 0.0
    note: str = ""
    """What does not fit."""


NO_JOINT = Joint()


def read_joint(session: UserSession, project_id: UUID, clip_id: UUID) -> Joint:
    """Nothing behind the last clip, or one that is not in the film (any more)."""
    project, storage = projects.get(session, project_id), get_storage()
    places = clips_in_film(session, project)
    number = next((at for at, place in enumerate(places[:-1], 1) if place.clip.id == clip_id), 0)
    if not number:
        return NO_JOINT
    before, after = (poster_url(place.take, storage) for place in places[number - 1 : number + 1])
    kind, seconds = transition_of(project, places[number - 1].clip)
    layout = lay_out(timelines.build(session, project))
    first = next(at for at, shot in enumerate(layout.shots) if shot.index == number - 1)
    fits = layout.transitions[first]
    return Joint(
        str(clip_id), f"Between clip {number} and {number + 1}", before, after, kind, seconds,
        _note(to_seconds(fits.frames)) if fits.frames < fits.asked else "",
    )  # fmt: skip


def _note(seconds: float) -> str:
    if not seconds:
        return "These clips are too short for that. They follow each other in a straight cut."
    return f"These clips are short, so it takes {seconds:.1f} s here."
