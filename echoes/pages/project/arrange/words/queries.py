"""Queries of the film's words: its cards. Captions stand with their clips."""

from dataclasses import dataclass

from echoes.models import Project


@dataclass(frozen=True)
class Cards:
    opening: str = ""
    subtitle: str = ""
    end: str = ""
    has_fades: bool = False


def cards_of(project: Project) -> Cards:
    return Cards(project.opening_text, project.opening_subtitle, project.end_text, project.has_fades)
