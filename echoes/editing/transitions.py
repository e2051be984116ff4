"""How clips follow each other: one transition for the whole film, and others between single clips."""

from uuid import UUID

from sqlmodel import col, select

from compiler.timeline.model import LONGEST_TRANSITION, SHORTEST_TRANSITION
from echoes.catalogue import transitions
from echoes.database import UserSession
from echoes.editing.clips import get_clip
from echoes.editing.history import recorded
from echoes.errors import BadInput
from echoes.models import Clip


def set_transition(session: UserSession, project_id: UUID, kind: str, seconds: float) -> None:
    """Of the whole film; what was chosen for single clips stays."""
    _check(kind, seconds)
    with recorded(session, project_id, "Transitions") as project:
        project.transition, project.transition_seconds = kind, seconds


def set_clip_transition(session: UserSession, clip_id: UUID, kind: str, seconds: float) -> None:
    """From this clip into the one that follows it."""
    _check(kind, seconds)
    clip = get_clip(session, clip_id)
    with recorded(session, clip.project_id, "Transition"):
        clip.transition, clip.transition_seconds = kind, seconds


def set_transition_everywhere(session: UserSession, project_id: UUID, kind: str, seconds: float) -> None:
    """The same between all clips."""
    _check(kind, seconds)
    with recorded(session, project_id, "Transitions") as project:
        project.transition, project.transition_seconds = kind, seconds
        for clip in session.exec(select(Clip).where(col(Clip.project_id) == project_id)):
            clip.transition = clip.transition_seconds = None


def _check(kind: str, seconds: float) -> None:
    if kind not in transitions.KINDS:
        raise BadInput("Choose one of the transitions on the page.")
    if not SHORTEST_TRANSITION <= seconds <= LONGEST_TRANSITION:
        raise BadInput(
            f"A transition takes between {SHORTEST_TRANSITION} and {LONGEST_TRANSITION:g} seconds."
        )
