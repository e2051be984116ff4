"""Render plan: what is copied and what is made; every frame of a film exactly once."""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given

from compiler.codec.profile import ParameterSets, keyframe_places
from compiler.container.mp4_reader import SampleTable
from compiler.rendering.plan import LONGEST_SEGMENT, SHORTEST_ALONE, CopiedSpan, Segment, body, plan_film
from compiler.timeline.layout import lay_out
from compiler.timeline.model import Shot, Timeline, Transition
from tests.compiler.timeline.strategies import timelines

pytestmark = pytest.mark.slow


@cache
def table(frames: int) -> SampleTable:
    """As the encoder writes it: in each group the first frame, then triples whose last is decoded first."""
    keyframes = tuple(sorted(keyframe_places(frames)))
    display: list[int] = []
    for start, end in zip(keyframes, (*keyframes[1:], frames), strict=True):
        display.append(start)
        for first in range(start + 1, end, 3):
            triple = list(range(first, min(first + 3, end)))
            display += [triple[-1], *triple[:-1]]
    zeros = (0,) * frames
    sets = ParameterSets(b"", b"")
    return SampleTable(Path("clip"), (1280, 720), b"", sets, zeros, (1,) * frames, tuple(display), keyframes)


def copied_and_made(timeline: Timeline) -> list[CopiedSpan | Segment]:
    layout = lay_out(timeline)
    tables = {}
    for position, shot in enumerate(layout.shots):
        if shot.index is not None:
            tables[position] = table(timeline.shots[shot.index].frames or 0)
    return plan_film(layout, tables)


@given(timelines())
def test_every_frame_is_copied_or_made_exactly_once(timeline: Timeline) -> None:
    layout = lay_out(timeline)
    pieces = copied_and_made(timeline)
    place = 0
    for piece in pieces:
        if isinstance(piece, CopiedSpan):
            shot = next(
                shot
                for shot in layout.shots
                if shot.clip is not None
                and shot.film_start <= place
                and place + piece.frames <= shot.film_end
                and piece.start - shot.clip_start == place - shot.film_start
            )
            assert shot.clip_start <= piece.start < piece.end <= shot.clip_end
        place += piece.frames
    assert place == layout.frames


@given(timelines())
def test_a_copy_starts_on_a_keyframe_and_holds_all_that_it_needs(timeline: Timeline) -> None:
    for piece in copied_and_made(timeline):
        if isinstance(piece, CopiedSpan):
            assert piece.start in piece.table.keyframes
            shown = piece.table.presentation_order[piece.start : piece.end]
            assert sorted(shown) == list(range(piece.start, piece.end))


@given(timelines())
def test_transitions_captions_and_what_is_marked_are_never_copied(timeline: Timeline) -> None:
    layout = lay_out(timeline)
    copied: set[int] = set()
    place = 0
    for piece in copied_and_made(timeline):
        if isinstance(piece, CopiedSpan):
            copied.update(range(place, place + piece.frames))
        place += piece.frames
    for transition in layout.transitions:
        assert copied.isdisjoint(range(transition.start, transition.start + transition.frames))
    for shot in layout.shots:
        if shot.caption:
            assert copied.isdisjoint(range(shot.caption_start, shot.caption_end))
        if shot.mark:
            assert copied.isdisjoint(range(shot.mark_start, shot.mark_end))
    assert copied.isdisjoint(range(layout.fade_in))
    assert copied.isdisjoint(range(layout.frames - layout.fade_out, layout.frames))


@given(timelines())
def test_stretches_say_where_their_frames_are(timeline: Timeline) -> None:
    layout = lay_out(timeline)
    place = 0
    for piece in copied_and_made(timeline):
        for stretch in piece.stretches if isinstance(piece, Segment) else ():
            for take in (stretch.before, stretch.after):
                if take is not None:
                    shot = layout.shots[take.position]
                    assert take.first - shot.clip_start == place - shot.film_start
                    assert shot.clip_start <= take.first
                    assert take.first + stretch.frames <= shot.clip_end
            place += stretch.frames
        place += piece.frames if isinstance(piece, CopiedSpan) else 0


def test_half_second_transitions_on_their_keyframes_make_nothing_else() -> None:
    timeline = Timeline.from_json(
        {"shots": [{"clip": "a", "frames": 120}] * 3, "transitions": [{"kind": "crossfade", "duration": 0.5}]}
    )
    assert [piece.frames for piece in copied_and_made(timeline)] == [108, 12, 96, 12, 108]


def segments(timeline: Timeline) -> list[Segment]:
    return [piece for piece in copied_and_made(timeline) if isinstance(piece, Segment)]


def test_a_marked_shot_is_never_copied_and_its_neighbours_are() -> None:
    shots = (Shot("a", frames=96), Shot("b", frames=96, mark="AI"), Shot("c", frames=96))
    layout = lay_out(Timeline(shots, (Transition("crossfade", 12),)))
    marked = layout.shots[1]
    assert (marked.mark_start, marked.mark_end) == body(layout, 1)
    copied: set[int] = set()
    place = 0
    for piece in copied_and_made(Timeline(shots, (Transition("crossfade", 12),))):
        copied |= set(range(place, place + piece.frames)) if isinstance(piece, CopiedSpan) else set()
        place += piece.frames
    assert copied.isdisjoint(range(marked.film_start, marked.film_end))
    assert copied


def test_a_caption_on_a_short_body_leaves_its_neighbours_alone() -> None:
    """Between two transitions of a second, a second is left, on which nothing could be copied anyway."""

    def film(caption: str) -> Timeline:
        shots = (Shot("a", frames=96), Shot("b", frames=72, caption=caption), Shot("c", frames=96))
        return Timeline(shots, (Transition("crossfade", 24),))

    assert [[stretch.frames for stretch in made.stretches] for made in segments(film("Summer"))] == [
        [24], [24], [24]
    ]  # fmt: skip


def test_a_captioned_part_of_a_long_body_stands_alone() -> None:
    shots = (Shot("a", frames=240), Shot("b", frames=240, caption="Summer"))
    made = segments(Timeline(shots, (Transition("crossfade", 12),)))
    assert made[0].stretches[0].kind == "crossfade"
    assert all(stretch.after is None for segment in made[1:] for stretch in segment.stretches)


def test_however_many_short_clips_follow_each_other_no_segment_grows() -> None:
    """Else a film of them would be the work of one thread, and one changed clip would make it all anew."""
    for length in range(20, 130, 3):
        shots = (Shot("another size", frames=length),) * 20
        film = plan_film(lay_out(Timeline(shots, (Transition("blur", 10),))), {})
        assert max(piece.frames for piece in film) <= LONGEST_SEGMENT * 3 // 2


@given(timelines())
def test_no_segment_is_longer_than_what_one_thread_should_do(timeline: Timeline) -> None:
    longest_blend = max((transition.frames for transition in lay_out(timeline).transitions), default=0)
    for segment in segments(timeline):
        assert segment.frames <= max(LONGEST_SEGMENT * 3 // 2, longest_blend + 2 * SHORTEST_ALONE)


def test_no_segment_is_a_single_frame_behind_a_copied_part() -> None:
    for end in range(30, 120):
        pieces = copied_and_made(Timeline((Shot("a", frames=120, end=end), Shot("a", frames=120))))
        assert all(piece.frames > 1 for piece in pieces)


def test_a_shot_of_one_frame_is_made_with_its_neighbour() -> None:
    for lengths in ((1, 60, 60), (60, 1, 60), (60, 60, 1), (60, 1, 1, 60)):
        shots = tuple(Shot("another size", frames=length) for length in lengths)
        assert min(piece.frames for piece in plan_film(lay_out(Timeline(shots)), {})) > 1
