"""Prompt truncation: as long as a model takes it, counted as its provider counts."""

from echoes.providers.base import Model


def fit_prompt(model: Model, text: str) -> str:
    """Cut at a word where it is too long; within a word only if that alone is too long."""
    text = text.strip()
    if model.prompt_limit is None or length(model, text) <= model.prompt_limit:
        return text
    kept = _beginning(model, text, model.prompt_limit)
    if text[len(kept) :][:1].isspace():
        return kept.rstrip()
    words = kept.rstrip().rsplit(maxsplit=1)
    return words[0].rstrip() if len(words) == 2 and not kept[-1].isspace() else kept.rstrip()


def length(model: Model, text: str) -> int:
    return sum(_units(model, character) for character in text)


def _beginning(model: Model, text: str, limit: int) -> str:
    """Whole characters alone: half of a surrogate pair is no text."""
    used = 0
    for place, character in enumerate(text):
        used += _units(model, character)
        if used > limit:
            return text[:place]
    return text


def _units(model: Model, character: str) -> int:
    return 2 if model.prompt_unit == "utf16" and ord(character) > 0xFFFF else 1
