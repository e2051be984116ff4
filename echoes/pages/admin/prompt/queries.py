"""Queries of the prompt page."""

from dataclasses import dataclass

from sqlmodel import Session

from echoes.admin import pricing, prompting
from echoes.admin.pricing import Version
from echoes.errors import BadInput
from echoes.operator_settings import Prompting


@dataclass(frozen=True)
class DiffPart:
    kind: str
    words: str


@dataclass(frozen=True)
class PromptVersionViewModel:
    number: int
    who: str
    when: str
    note: str
    is_current: bool


def read_prompt(session: Session) -> tuple[str, list[PromptVersionViewModel]]:
    versions = pricing.versions(session, Prompting)
    return prompting.current(session), [
        _view(version, number == 0) for number, version in enumerate(versions)
    ]


def _view(version: Version, is_current: bool) -> PromptVersionViewModel:
    when = f"{version.when:%-d %b %Y, %H:%M}"
    return PromptVersionViewModel(version.number, version.author, when, version.note, is_current)


def compared(session: Session, number: int) -> list[DiffPart]:
    """An earlier version, and how the present one differs from it."""
    earlier = [version for version in pricing.versions(session, Prompting) if version.number == number]
    if not earlier:
        raise BadInput("There is no such version.")
    parts = prompting.compare(prompting.template_of(earlier[0]), prompting.current(session))
    return [DiffPart(kind, words) for kind, words in parts]
