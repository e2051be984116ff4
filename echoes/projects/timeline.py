"""Build the timeline: from a project's choices to what the player plays and the compiler renders."""

from sqlmodel import col, select

from compiler.timeline.model import Shot, Soundtrack, Timeline, Transition, to_frames
from echoes.catalogue import transitions
from echoes.catalogue.aspects import size_of
from echoes.database import UserSession
from echoes.errors import Refused
from echoes.models import Clip, MusicTrack, Project, Take

MUSIC_FADE_OUT = 2.0


def approved_takes(session: UserSession, project: Project) -> list[Take]:
    """In the film's order. A take of another aspect does not fit this film."""
    query = (
        select(Take)
        .join(Clip, col(Clip.approved_take_id) == col(Take.id))
        .where(col(Clip.project_id) == project.id, col(Take.aspect) == project.aspect)
        .order_by(col(Clip.position), col(Clip.id))
    )
    return list(session.exec(query))


def build(session: UserSession, project: Project) -> Timeline:
    """Clips are named by take id and music by track id; raises Refused when no clip is approved."""
    takes = approved_takes(session, project)
    if not takes:
        raise Refused("Keep at least one clip first.")
    return Timeline(
        shots=tuple(Shot(clip=str(take.id), frames=take.frames) for take in takes),
        transitions=(_transition(project),) * (len(takes) - 1),
        soundtrack=_soundtrack(session, project),
        size=size_of(project.aspect),
    )


def _transition(project: Project) -> Transition:
    if project.transition == transitions.CUT:
        return Transition()
    return Transition(project.transition, to_frames(project.transition_seconds))


def _soundtrack(session: UserSession, project: Project) -> Soundtrack | None:
    track = session.get(MusicTrack, project.music_id) if project.music_id else None
    if track is None:
        return None
    return Soundtrack(
        music=str(track.id), volume=project.music_volume, fade_out=MUSIC_FADE_OUT, duration=track.duration
    )
