"""Where a changed film differs: the moment that the player shows after an edit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any
from uuid import UUID

LEAD = 0.5
"""Seconds that are seen before a transition begins."""
WORDS = 0.5
"""Seconds after which words are fully there."""
OF_SHOT = ("clip", "text", "subtitle", "caption", "clip_start_frame", "clip_end_frame")
OF_TRANSITION = ("kind", "frames")

Film = Mapping[str, Any]
"""`compiler.timeline.layout.Layout` as JSON; empty for none."""


@dataclass(frozen=True)
class Jump:
    """To a moment of the film; the number tells one from the next."""

    time: float = 0.0
    number: int = 0


def time_of(shots: Sequence[Mapping[str, str]], film: Film, clip_id: UUID) -> float | None:
    """When a clip is to be seen, in seconds; none when it is not in the film."""
    clip = next((at for at, shot in enumerate(shots) if shot["id"] == str(clip_id)), None)
    placed = (place for place, shot in enumerate(film.get("shots", ())) if shot["index"] == clip)
    return next((_settled(film, place) for place in placed), None) if clip is not None else None


def first_change(before: Film, after: Film) -> float | None:
    """Where the pictures begin to differ, in seconds; none when they are the same."""
    shots = [
        _settled(after, place)
        for place, (shot, old) in enumerate(_pairs(before, after, "shots"))
        if shot and _values(shot, OF_SHOT) != _values(old, OF_SHOT)
    ]
    transitions = [
        max(0.0, float(transition["start"]) - LEAD)
        for transition, old in _pairs(before, after, "transitions")
        if transition and _values(transition, OF_TRANSITION) != _values(old, OF_TRANSITION)
    ]
    return next(iter(shots or transitions), None) if before else None


def _settled(film: Film, place: int) -> float:
    """When the shot before it has gone, and its words can be read."""
    shot = film["shots"][place]
    start, end = float(shot["film_start"]), float(shot["film_end"])
    coming = float(film["transitions"][place - 1]["duration"]) if place else 0.0
    fading = WORDS if shot["text"] or shot["caption"] else 0.0
    return min(start + coming + fading, (start + end) / 2)


def _pairs(before: Film, after: Film, name: str) -> Any:
    return zip_longest(after.get(name, ()), before.get(name, ()))


def _values(part: Mapping[str, Any] | None, names: Sequence[str]) -> list[Any]:
    return [part[name] for name in names] if part else []


def moved_clip(before: Sequence[UUID], after: Sequence[UUID]) -> UUID | None:
    """Which one was moved, when a single one was; in a larger change the first that stands elsewhere."""
    for place, (old, new) in enumerate(zip(before, after, strict=False)):
        if old != new:
            return old if list(after[place : place + 1]) == list(before[place + 1 : place + 2]) else new
    return None
