"""Beat alignment of cuts: each shot ends a little earlier or later, its transition centred on a beat."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from compiler.timeline.layout import lay_out
from compiler.timeline.model import FRAME_RATE, Soundtrack, Timeline, to_frames
from compiler.timeline.music import place_tracks

if TYPE_CHECKING:
    from compiler.timeline.layout import Layout


Beats = Sequence[float] | Mapping[str, Sequence[float]]
"""Seconds of the first track, or of each by its name."""


def snap_to_beats(
    timeline: Timeline, beats: Beats, tolerance: float, fixed: frozenset[int] = frozenset()
) -> Timeline:
    """Move cuts by up to `tolerance` seconds. The shots numbered in `fixed` keep their length.

    First cut first: what one cut moves, the later ones see.
    """
    layout = lay_out(timeline)
    places = _in_the_film(layout, beats, timeline.soundtrack)
    shots = list(timeline.shots)
    moved = 0
    for position, placed in enumerate(layout.shots[:-1]):
        if placed.index is None or placed.index == len(shots) - 1 or placed.index in fixed:
            continue
        if _is_too_short(layout, position):
            continue
        source = shots[placed.index].frames
        move = _move(layout, position, moved, source, places, to_frames(tolerance))
        if move:
            shots[placed.index] = replace(shots[placed.index], end=placed.clip_end + move)
            moved += move
    return replace(timeline, shots=tuple(shots))


def _is_too_short(layout: "Layout", position: int) -> bool:
    """Whether one of its transitions had to be shortened: that would change again with the shot's length, and
    the cuts around it would leave their beats."""
    return any(each.frames < each.asked for each in layout.transitions[max(position - 1, 0) : position + 1])


def _in_the_film(layout: "Layout", beats: Beats, soundtrack: Soundtrack | None) -> list[int]:
    """Frames of the film in which a beat is heard, of every track and in every round."""
    if soundtrack is None:
        return sorted({to_frames(beat) for beat in beats} if isinstance(beats, Sequence) else ())
    by_track = {soundtrack.music: beats} if isinstance(beats, Sequence) else beats
    return sorted({to_frames(beat) for beat in _heard(layout, by_track, soundtrack)})


def _heard(layout: "Layout", beats: Mapping[str, Sequence[float]], soundtrack: Soundtrack) -> Iterator[float]:
    # A film becomes longer by half a second a cut at most: a little more than its length is enough.
    seam = layout.soundtrack.seam if layout.soundtrack else 0.0
    for track in place_tracks(soundtrack, 2 * layout.duration, seam):
        found = beats.get(track.music, ())
        yield from (beat - track.skipped + track.start for beat in found if beat >= track.skipped)


def _move(
    layout: "Layout", position: int, moved: int, source: int | None, beats: list[int], most: int
) -> int:
    """How many frames later (or, negative, earlier) this shot must end; 0 when no beat is near enough."""
    placed, transition = layout.shots[position], layout.transitions[position]
    middle = transition.start + transition.frames // 2 + moved
    around = bisect_left(beats, middle)
    moves = [beat - middle for beat in beats[max(around - 1, 0) : around + 1]]
    before = layout.transitions[position - 1].frames if position else 0
    shortest = max(before + transition.frames, FRAME_RATE // 2)
    longest = placed.frames if source is None else source - placed.clip_start
    fitting = [move for move in moves if abs(move) <= most and shortest <= placed.frames + move <= longest]
    return min(fitting, key=abs, default=0)
