"""Prompt template versions: the operator's framing of every prompt, what would be sent, what changed."""

import difflib
from dataclasses import dataclass

from sqlmodel import Session

from echoes import operator_settings
from echoes.admin import pricing
from echoes.admin.audit import Operator
from echoes.admin.pricing import Version
from echoes.admin.providers import active, usable
from echoes.errors import BadInput
from echoes.operator_settings import Prompting
from echoes.providers.base import Model
from echoes.takes.motions import takes_words
from echoes.takes.prompts import PLACE, apply_template, check_motion

LONGEST_TEMPLATE = 2000


@dataclass(frozen=True, slots=True)
class PromptPreview:
    """What one model would be told."""

    model: str
    prompt: str


def current(session: Session) -> str:
    return operator_settings.read(session, Prompting).template


def template_of(version: Version) -> str:
    return Prompting.model_validate(version.value).template


def preview(session: Session, template: str, motion: str, wish: str) -> list[PromptPreview]:
    """By the model in use and by the first one of every other provider that takes words. Words that a person
    may not send are refused here too."""
    template = checked(template)
    samples = []
    for title, model in _models(session):
        asked, words = check_motion(model, motion, wish)
        samples.append(
            PromptPreview(f"{title}, {model.title}", apply_template(template, model, asked, words))
        )
    return samples


def save(session: Session, operator: Operator, template: str, note: str, based_on: int | None = None) -> None:
    changes = {"template": checked(template)}
    pricing.change(session, operator, Prompting, changes, note.strip()[:200], based_on)


def checked(template: str) -> str:
    """One line of words, with one place for what the person asked for."""
    template = " ".join(template.split())
    if not template or len(template) > LONGEST_TEMPLATE:
        raise BadInput(f"The prompt needs 1 to {LONGEST_TEMPLATE} characters.")
    if template.count(PLACE) != 1:
        raise BadInput(f"Write {PLACE} once, where the person’s wish goes.")
    return template


def compare(before: str, after: str) -> list[tuple[str, str]]:
    """Words that stayed (“same”), went (“gone”) and came (“new”), in the order of reading."""
    old, new = before.split(), after.split()
    parts: list[tuple[str, str]] = []
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            parts.append(("same", " ".join(old[a:b])))
            continue
        parts += [("gone", " ".join(old[a:b]))] if b > a else []
        parts += [("new", " ".join(new[c:d]))] if d > c else []
    return parts


def _models(session: Session) -> list[tuple[str, Model]]:
    in_use = active(session)
    found = [(in_use[0].title, in_use[1])] if in_use and takes_words(in_use[1]) else []
    for provider in usable():
        model = next((model for model in provider.models if takes_words(model)), None)
        if model is not None and provider.title not in dict(found):
            found.append((provider.title, model))
    return found
