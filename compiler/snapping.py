"""Cuts on the beat: each shot ends a little earlier or later, so that the middle of its transition is one."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from compiler.timeline import FRAME_RATE, Timeline, to_frames

if TYPE_CHECKING:
    from compiler.layout import Layout


def snap(timeline: Timeline, beats: Sequence[float], tolerance: float) -> Timeline:
    """First cut first: what one cut moves, the later ones see."""
    offset = timeline.soundtrack.start if timeline.soundtrack else 0.0
    frames = sorted({to_frames(beat - offset) for beat in beats if beat >= offset})
    most = to_frames(tolerance)
    for index in range(len(timeline.shots) - 1):
        layout = timeline.layout()
        move = _move(layout, timeline, index, frames, most)
        if move:
            timeline = _trimmed(timeline, index, move)
    return timeline


def _move(layout: "Layout", timeline: Timeline, index: int, beats: list[int], most: int) -> int:
    """How many frames later (or, negative, earlier) this shot must end; 0 when no beat is near enough."""
    position = next(place for place, shot in enumerate(layout.shots) if shot.index == index)
    placed, transition = layout.shots[position], layout.transitions[position]
    middle = transition.start + transition.frames // 2
    around = bisect_left(beats, middle)
    moves = [beat - middle for beat in beats[max(around - 1, 0) : around + 1]]
    before = layout.transitions[position - 1].frames if position else 0
    shortest = max(before + transition.frames, FRAME_RATE // 2)
    source = timeline.shots[index].frames
    longest = placed.frames if source is None else source - placed.clip_start
    fitting = [move for move in moves if abs(move) <= most and shortest <= placed.frames + move <= longest]
    return min(fitting, key=abs, default=0)


def _trimmed(timeline: Timeline, index: int, move: int) -> Timeline:
    placed = next(shot for shot in timeline.layout().shots if shot.index == index)
    shots = list(timeline.shots)
    shots[index] = replace(shots[index], end=placed.clip_end + move)
    return replace(timeline, shots=tuple(shots))
