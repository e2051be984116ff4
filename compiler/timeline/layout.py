"""Timeline layout, to the frame: nowhere else is an offset computed."""

from dataclasses import dataclass, field
from typing import Any

from compiler.errors import BadRequest
from compiler.timeline.model import FRAME_RATE, Card, Shot, Timeline, Transition, to_seconds
from compiler.timeline.music import PlacedSoundtrack, place_soundtrack

SHORTEST_BLEND = 2
LONGEST_CAPTION = 4 * FRAME_RATE


@dataclass(frozen=True, slots=True)
class PlacedShot:
    """A clip (`index` counts the timeline's shots) or a card (`index` is None), both ends in whole frames.

    The film's range includes the frames that it shares with its neighbours in transitions. A caption stands
    where the shot is alone.
    """

    index: int | None
    clip: str | None
    text: str | None
    film_start: int
    film_end: int
    clip_start: int
    clip_end: int
    caption: str | None = None
    caption_start: int = 0
    caption_end: int = 0
    subtitle: str | None = None
    mark: str | None = None
    mark_start: int = 0
    mark_end: int = 0
    """Of the film's frames, as those of the caption."""

    @property
    def frames(self) -> int:
        return self.film_end - self.film_start

    def to_json(self) -> dict[str, Any]:
        return {
            "index": self.index,
            "clip": self.clip,
            "text": self.text,
            "subtitle": self.subtitle,
            "caption": self.caption,
            "film_start": to_seconds(self.film_start),
            "film_end": to_seconds(self.film_end),
            "clip_start": to_seconds(self.clip_start),
            "clip_end": to_seconds(self.clip_end),
            "film_start_frame": self.film_start,
            "film_end_frame": self.film_end,
            "clip_start_frame": self.clip_start,
            "clip_end_frame": self.clip_end,
            "caption_start": to_seconds(self.caption_start),
            "caption_end": to_seconds(self.caption_end),
            "mark": self.mark,
            "mark_start": to_seconds(self.mark_start),
            "mark_end": to_seconds(self.mark_end),
        }


@dataclass(frozen=True, slots=True)
class PlacedTransition:
    """From the placed shot number `index` to the next one. A cut starts where the next shot does."""

    index: int
    kind: str
    start: int
    frames: int
    asked: int

    def to_json(self) -> dict[str, Any]:
        return {
            "index": self.index,
            "kind": self.kind,
            "start": to_seconds(self.start),
            "duration": to_seconds(self.frames),
            "start_frame": self.start,
            "frames": self.frames,
            "shortened": self.frames < self.asked,
        }


@dataclass(frozen=True, slots=True)
class Layout:
    frames: int
    shots: tuple[PlacedShot, ...]
    transitions: tuple[PlacedTransition, ...]
    soundtrack: PlacedSoundtrack | None
    notes: tuple[str, ...] = field(default=())
    fade_in: int = 0
    fade_out: int = 0
    title_style: str = "plain"

    @property
    def duration(self) -> float:
        return to_seconds(self.frames)

    def brightness(self, frame: int) -> float:
        """Of a frame of the film, 0 (black) to 1. Fades go in equal steps, and no frame is quite black."""
        rising = (frame + 1) / (self.fade_in + 1)
        falling = (self.frames - frame) / (self.fade_out + 1)
        return min(1.0, rising, falling)

    def to_json(self) -> dict[str, Any]:
        return {
            "fps": FRAME_RATE,
            "frames": self.frames,
            "duration": self.duration,
            "shots": [shot.to_json() for shot in self.shots],
            "transitions": [transition.to_json() for transition in self.transitions],
            "soundtrack": self.soundtrack and self.soundtrack.to_json(),
            "notes": list(self.notes),
            "fade_in_frames": self.fade_in,
            "fade_out_frames": self.fade_out,
            "title_style": self.title_style,
        }


@dataclass(frozen=True, slots=True)
class _TimelinePart:
    """A shot or a card with its range settled, not yet placed."""

    index: int | None
    clip: str | None
    text: str | None
    first: int
    last: int
    caption: str | None
    subtitle: str | None = None
    mark: str | None = None

    @property
    def frames(self) -> int:
        return self.last - self.first

    @property
    def label(self) -> str:
        return f"clip {self.index + 1}" if self.index is not None else "a title"


def lay_out(timeline: Timeline) -> Layout:
    notes: list[str] = []
    parts = [_settle(index, shot, notes) for index, shot in enumerate(timeline.shots)]
    asked = list(timeline.transitions)
    if timeline.titles.opening:
        parts.insert(0, _card(timeline.titles.opening))
        asked.insert(0, timeline.titles.opening.transition)
    if timeline.titles.end:
        parts.append(_card(timeline.titles.end))
        asked.append(timeline.titles.end.transition)
    lengths = _shorten(parts, asked, notes)
    shots, transitions = _place(parts, asked, lengths)
    notes += [
        f"The caption of clip {shot.index + 1} is not shown: its transitions leave no time for it."
        for shot in shots
        if shot.index is not None and shot.caption and shot.caption_start == shot.caption_end
    ]
    frames = shots[-1].film_end
    soundtrack = None
    if timeline.soundtrack:
        soundtrack = place_soundtrack(timeline.soundtrack, to_seconds(frames), notes)
    return Layout(
        frames=frames,
        shots=tuple(shots),
        transitions=tuple(transitions),
        soundtrack=soundtrack,
        notes=tuple(notes),
        fade_in=min(timeline.fade_in, frames // 2),
        fade_out=min(timeline.fade_out, frames // 2),
        title_style=timeline.title_style,
    )


def _settle(index: int, shot: Shot, notes: list[str]) -> _TimelinePart:
    number = index + 1
    end = shot.frames if shot.end is None else shot.end
    if end is None:
        raise BadRequest(f"The length of clip {number} is not known: give its frames or its end.")
    if shot.frames is not None and end > shot.frames:
        notes.append(f"Clip {number} ends at {to_seconds(shot.frames):.2f} s, before its trim does.")
        end = shot.frames
    if shot.start >= end:
        raise BadRequest(f"Nothing is left of clip {number}: it starts at or after its end.")
    return _TimelinePart(index, shot.clip, None, shot.start, end, shot.caption, mark=shot.mark)


def _card(card: Card) -> _TimelinePart:
    return _TimelinePart(None, None, card.text, 0, card.frames, None, card.subtitle)


def _shorten(parts: list[_TimelinePart], asked: list[Transition], notes: list[str]) -> list[int]:
    """Transitions that fit: the two of one shot never overlap. Each loses in proportion to its length."""
    lengths = [0, *(transition.frames for transition in asked), 0]
    for position, part in enumerate(parts):
        before, after = lengths[position], lengths[position + 1]
        if before + after > part.frames:
            kept = part.frames * before // (before + after)
            lengths[position], lengths[position + 1] = kept, part.frames - kept
    lengths = [length if length >= SHORTEST_BLEND else 0 for length in lengths[1:-1]]
    for position, (length, transition) in enumerate(zip(lengths, asked, strict=True)):
        if length < transition.frames:
            became = f"shortened to {to_seconds(length):.2f} s" if length else "a cut"
            pair = f"{parts[position].label} and {parts[position + 1].label}"
            notes.append(f"The transition between {pair} is {became}: they are too short for it.")
    return lengths


def _place(
    parts: list[_TimelinePart], asked: list[Transition], lengths: list[int]
) -> tuple[list[PlacedShot], list[PlacedTransition]]:
    shots: list[PlacedShot] = []
    transitions: list[PlacedTransition] = []
    start = before = 0
    for position, part in enumerate(parts):
        end = start + part.frames
        after = lengths[position] if position < len(lengths) else 0
        shots.append(_placed(part, start, start + before, end - after))
        if position < len(lengths):
            kind = asked[position].kind if after else "cut"
            transitions.append(PlacedTransition(position, kind, end - after, after, asked[position].frames))
        start, before = end - after, after
    return shots, transitions


def _placed(part: _TimelinePart, start: int, body_start: int, body_end: int) -> PlacedShot:
    caption_end = min(body_end, body_start + LONGEST_CAPTION) if part.caption else body_start
    end = start + part.frames
    return PlacedShot(
        part.index, part.clip, part.text, start, end, part.first, part.last,
        part.caption, body_start, caption_end, part.subtitle, part.mark, body_start, body_end,
    )  # fmt: skip


def overlap_of(layout: Layout, position: int) -> tuple[int, int]:
    """How many frames this shot shares with the one before it and the one after it."""
    before = layout.transitions[position - 1].frames if position else 0
    after = layout.transitions[position].frames if position < len(layout.transitions) else 0
    return before, after
