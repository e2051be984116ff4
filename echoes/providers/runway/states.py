"""Runway task states and failure codes, mapped to ours. They are read as text: new ones come up."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from echoes.providers import failure_sentences
from echoes.providers.base import Failed, Running, State, Succeeded, Waiting
from echoes.providers.failure_sentences import CANCELLED, TROUBLE, UNKNOWN, UNUSABLE

WAITING = frozenset({"PENDING", "THROTTLED"})
"""Throttled is no failure: the task was accepted, and waits for its turn on our account."""

PICTURE = "The safety check refused this photo. Please try another one."
WORDS = "The safety check refused this description. Please try another motion or other words."
RESULT = "The safety check refused this clip. Please try another motion or another photo."
BAD_CLIP = "This photo did not make a good clip. Please try another motion, or a photo without writing on it."

GONE = Failed("gone", failure_sentences.GONE, "task not found")


def _moderated(sentence: str) -> Failed:
    return Failed("moderated", sentence, moderated=True, refundable=False)


FAILURES = {
    "SAFETY.OUTPUT": _moderated(RESULT),
    "SAFETY.INPUT.TEXT": _moderated(WORDS),
    "SAFETY": _moderated(PICTURE),
    "INPUT_PREPROCESSING.SAFETY.TEXT": _moderated(WORDS),
    "INPUT_PREPROCESSING.SAFETY": _moderated(PICTURE),
    "ASSET.INVALID": Failed("asset_invalid", UNUSABLE),
    "INTERNAL.BAD_OUTPUT": Failed("bad_output", BAD_CLIP),
    "INTERNAL": Failed("provider_failed", TROUBLE, retryable=True),
    "INPUT_PREPROCESSING.INTERNAL": Failed("provider_failed", TROUBLE, retryable=True),
    "THIRD_PARTY.UNAVAILABLE": Failed("provider_failed", TROUBLE, retryable=True),
    "": Failed("provider_failed", TROUBLE, retryable=True),
}
"""By the beginning of the code, up to a point; the longest beginning counts. Others may cost again if tried
again, so they are not."""


def state_of(task: Mapping[str, Any]) -> State:
    status = task.get("status")
    match status:
        case "RUNNING":
            return Running(_fraction(task.get("progress")))
        case "SUCCEEDED":
            return Succeeded()
        case "FAILED":
            return _failed(task)
        case "CANCELLED":
            return Failed("cancelled", CANCELLED, cost=cost_of(task))
        case _:
            return Waiting()


def cost_of(task: Mapping[str, Any]) -> float | None:
    """In Runway's credits, once the task has ended."""
    cost = task.get("cost")
    credits_ = cost.get("credits") if isinstance(cost, Mapping) else None
    return float(credits_) if isinstance(credits_, int | float) else None


def _failed(task: Mapping[str, Any]) -> Failed:
    code = str(task.get("failureCode") or "")
    kind = _known(code)
    cause = f"{code or 'no code'}: {task.get('failure')}"
    return replace(kind, cause=cause, cost=cost_of(task))


def _known(code: str) -> Failed:
    beginning = code
    while beginning not in FAILURES:
        beginning, _, _ = beginning.rpartition(".")
        if not beginning:
            return Failed("failed", UNKNOWN)
    return FAILURES[beginning]


def _fraction(progress: object) -> float | None:
    return min(1.0, max(0.0, float(progress))) if isinstance(progress, int | float) else None
