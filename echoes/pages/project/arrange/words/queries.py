"""Queries of the film's words: its cards. Captions stand with their clips."""

from dataclasses import dataclass

from echoes.database import UserSession
from echoes.models import Project
from echoes.projects.timeline import clips_in_film, is_generated, is_marked
from echoes.settings import get_settings


@dataclass(frozen=True)
class Cards:
    opening: str = ""
    subtitle: str = ""
    end: str = ""
    has_fades: bool = False
    has_generated: bool = False
    """Whether a model made the movement of a clip that is in the film."""
    is_marked: bool = False
    is_mark_demanded: bool = False
    """By operators: then nothing is asked."""


def cards_of(session: UserSession, project: Project) -> Cards:
    return Cards(
        opening=project.opening_text,
        subtitle=project.opening_subtitle,
        end=project.end_text,
        has_fades=project.has_fades,
        has_generated=any(is_generated(place.take) for place in clips_in_film(session, project)),
        is_marked=is_marked(project),
        is_mark_demanded=get_settings().generated_mark == "always",
    )
