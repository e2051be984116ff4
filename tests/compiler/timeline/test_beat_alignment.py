"""Beat alignment of cuts: clips are trimmed until a cut falls on a beat, and never far."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from compiler.timeline.beat_alignment import snap_to_beats
from compiler.timeline.layout import lay_out
from compiler.timeline.model import (
    FRAME_RATE,
    Shot,
    Soundtrack,
    Timeline,
    Transition,
    to_frames,
)
from tests.compiler.timeline.strategies import timelines


def film(lengths: list[int], kind: str = "crossfade", frames: int = 12) -> Timeline:
    shots = tuple(Shot(f"{number}.mp4", frames=length) for number, length in enumerate(lengths))
    return Timeline(shots, (Transition(kind, frames),))


def test_cuts_move_onto_beats_by_trimming() -> None:
    shots = tuple(Shot(f"{number}.mp4", frames=160, end=120) for number in range(4))
    timeline = Timeline(shots, (Transition("crossfade", 12),))
    beats = [number * 0.6 for number in range(60)]
    snapped = snap_to_beats(timeline, beats, tolerance=0.3)
    on_beat = {int(beat * FRAME_RATE + 0.5) for beat in beats}
    middles = [transition.start + transition.frames // 2 for transition in lay_out(snapped).transitions]
    assert set(middles) <= on_beat
    assert all(shot.end is None or shot.end <= 160 for shot in snapped.shots)


def test_beats_of_a_looped_track_come_back_with_it() -> None:
    shots = tuple(Shot(f"{number}.mp4", frames=160, end=120) for number in range(6))
    soundtrack = Soundtrack("m.mp3", duration=10.0)
    timeline = Timeline(shots, (Transition("cut"),), soundtrack)
    snapped = snap_to_beats(timeline, [0.1, 5.1], tolerance=1.0)
    starts = [transition.start for transition in lay_out(snapped).transitions]
    assert starts == [122, 242, 386, 506, 626]  # the seam lasts two seconds: 386 is 0.1 + 2 · 8 s, and so on


def test_cuts_too_far_from_a_beat_stay() -> None:
    timeline = film([120, 120])
    assert snap_to_beats(timeline, [1.0, 9.0], tolerance=0.25) == timeline


@given(timelines(), st.floats(0.3, 1.2), st.floats(0, 1), st.sampled_from([0.1, 0.25, 1.0]))
def test_snapping_shortens_no_transition_and_ends_on_beats(
    timeline: Timeline, step: float, first: float, tolerance: float
) -> None:
    beats = [first + number * step for number in range(300)]
    timeline = replace(timeline, soundtrack=None)
    snapped = snap_to_beats(timeline, beats, tolerance)
    before, after = lay_out(timeline), lay_out(snapped)
    assert [each.frames for each in after.transitions] == [each.frames for each in before.transitions]
    on_beat = {to_frames(beat) for beat in beats}
    moves = [new.clip_end - old.clip_end for old, new in zip(before.shots, after.shots, strict=True)]
    assert all(abs(move) <= to_frames(tolerance) for move in moves)
    for move, transition in zip(moves, after.transitions, strict=False):
        assert not move or transition.start + transition.frames // 2 in on_beat
