"""Words of a film: the opening title, the end card, and captions."""

from collections.abc import Mapping
from uuid import UUID

from sqlmodel import col, select

from echoes.database import UserSession
from echoes.editing.clips import get_clip
from echoes.editing.history import recorded
from echoes.errors import BadInput, NotFound
from echoes.models import Clip
from echoes.text.validation import JOINERS, has_visible

LONGEST_WORDS = 200
"""Characters of one caption, title or card."""


def set_opening(session: UserSession, project_id: UUID, text: str, subtitle: str) -> None:
    """Nothing takes the card away."""
    text, subtitle = checked_words(text), checked_words(subtitle)
    with recorded(session, project_id, "Opening title") as project:
        project.opening_text, project.opening_subtitle = text, subtitle


def set_end(session: UserSession, project_id: UUID, text: str) -> None:
    text = checked_words(text)
    with recorded(session, project_id, "End card") as project:
        project.end_text = text


def set_caption(session: UserSession, clip_id: UUID, text: str) -> None:
    clip, text = get_clip(session, clip_id), checked_words(text)
    with recorded(session, clip.project_id, "Caption"):
        clip.caption = text


def set_captions(session: UserSession, project_id: UUID, captions: Mapping[UUID, str]) -> None:
    """All of them in one step, or none. Raises NotFound for a clip that is not there."""
    checked = {clip_id: checked_words(text) for clip_id, text in captions.items()}
    with recorded(session, project_id, "Captions"):
        clips = session.exec(select(Clip).where(col(Clip.project_id) == project_id)).all()
        if not checked.keys() <= {clip.id for clip in clips}:
            raise NotFound("The clips have changed in the meantime. Here they are now.")
        for clip in clips:
            clip.caption = checked.get(clip.id, clip.caption)


def set_fades(session: UserSession, project_id: UUID, is_on: bool) -> None:
    """Whether the film begins and ends in black."""
    with recorded(session, project_id, "Fades") as project:
        project.has_fades = is_on


def set_mark(session: UserSession, project_id: UUID, is_on: bool) -> None:
    """Whether the picture says “AI” where a model generated the movement."""
    with recorded(session, project_id, "AI mark") as project:
        project.marks_generated = is_on


def checked_words(text: str) -> str:
    """One line, without what shows nothing; raises BadInput for what is too long or hides something."""
    text = " ".join(text.split())
    if len(text) > LONGEST_WORDS:
        raise BadInput(f"Please use up to {LONGEST_WORDS} characters.")
    if text and not (has_visible(text) and text.translate(dict.fromkeys(map(ord, JOINERS))).isprintable()):
        raise BadInput("These words contain characters that cannot be shown.")
    return text
