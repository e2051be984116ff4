"""Prompt building: the wish, framed as operators have set, no longer than the model takes."""

import unicodedata

from sqlmodel import Session

from echoes import operator_settings
from echoes.errors import BadInput
from echoes.operator_settings import Prompting
from echoes.providers import fit_prompt
from echoes.providers.base import Model
from echoes.takes.motions import OWN_WORDS, SCENES, SURPRISE, motions_of, takes_words

LONGEST_WISH = 300
PLACE = "{motion}"
JOINING = "Cf"
"""Signs that show nothing themselves and belong to the text all the same: joints of an emoji of several, and
of Persian and Hindi words; marks of a text that runs from right to left."""
PHRASES = {motion.key: motion.phrase for motion in SCENES}


def check_motion(model: Model, motion: str, wish: str) -> tuple[str, str]:
    """The motion and the wish as they are kept; raises BadInput."""
    wish = " ".join(wish.split())
    if wish and not takes_words(model):
        raise BadInput("Only camera moves are available here. Please choose one of them.")
    if len(wish) > LONGEST_WISH:
        raise BadInput(f"Please keep it to {LONGEST_WISH} characters.")
    if not _is_readable(wish):
        raise BadInput("Some of these characters cannot be used. Please type the words again.")
    if wish:
        return OWN_WORDS, wish
    if motion not in {SURPRISE, *(known.key for known in motions_of(model))}:
        raise BadInput("Please choose one of the moves on offer.")
    return motion, ""


def compose(session: Session, model: Model, motion: str, wish: str) -> str | None:
    """None for models that take no prompt."""
    if not takes_words(model):
        return None
    return apply_template(operator_settings.read(session, Prompting).template, model, motion, wish)


def apply_template(template: str, model: Model, motion: str, wish: str) -> str:
    """What the model would be told by this template."""
    said = _sentence(wish) if wish else PHRASES[motion]
    framed = template.replace(PLACE, said) if PLACE in template else f"{template} {said}"
    return fit_prompt(model, framed)


def _is_readable(words: str) -> bool:
    shown = [letter for letter in words if unicodedata.category(letter) != JOINING]
    return all(map(str.isprintable, shown)) and bool(shown or not words)


def _sentence(words: str) -> str:
    return words if words[-1] in ".!?…" else f"{words}."
