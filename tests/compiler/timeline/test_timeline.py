"""The timeline's promises: exact frames, no overlaps, and the same thing out as in."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compiler.errors import BadRequest
from compiler.timeline.beat_alignment import snap_to_beats
from compiler.timeline.layout import lay_out
from compiler.timeline.model import (
    FRAME_RATE,
    TITLE_STYLES,
    TRANSITION_KINDS,
    Card,
    Shot,
    Soundtrack,
    Timeline,
    Titles,
    Transition,
    to_frames,
)


def film(lengths: list[int], kind: str = "crossfade", frames: int = 12) -> Timeline:
    shots = tuple(Shot(f"{number}.mp4", frames=length) for number, length in enumerate(lengths))
    return Timeline(shots, (Transition(kind, frames),))


def test_crossfades_shorten_the_film_by_their_length() -> None:
    layout = lay_out(film([120, 120, 120]))
    assert layout.frames == 3 * 120 - 2 * 12
    assert layout.duration == 336 / FRAME_RATE
    assert [(shot.film_start, shot.film_end) for shot in layout.shots] == [(0, 120), (108, 228), (216, 336)]
    assert [(transition.start, transition.frames) for transition in layout.transitions] == [
        (108, 12),
        (216, 12),
    ]


def test_cuts_shorten_nothing() -> None:
    layout = lay_out(film([24, 48], "cut", 0))
    assert layout.frames == 72
    assert layout.transitions[0].to_json()["start"] == 1.0


def test_trims_are_rounded_to_frames_once() -> None:
    shot = Shot.from_json({"clip": "a.mp4", "frames": 120, "start": 0.51, "end": 3.99})
    assert (shot.start, shot.end) == (12, 96)
    assert lay_out(Timeline((shot,))).frames == 84


def test_a_cut_has_no_length_whatever_is_asked() -> None:
    assert Transition("cut", 12) == Transition()


@pytest.mark.parametrize(("kind", "frames"), [("explode", 12), ("crossfade", 0), ("crossfade", 49)])
def test_a_transition_that_cannot_be_is_refused(kind: str, frames: int) -> None:
    with pytest.raises(BadRequest):
        Transition(kind, frames)


def test_a_clip_too_short_for_its_transitions_shortens_them_and_says_so() -> None:
    layout = lay_out(film([120, 18, 120]))
    assert [transition.frames for transition in layout.transitions] == [9, 9]
    assert len(layout.notes) == 2
    assert "shortened to 0.38 s" in layout.notes[0]
    assert layout.transitions[0].to_json()["shortened"] is True


def test_a_caption_that_transitions_leave_no_time_for_is_said() -> None:
    shots = (Shot("a", 72), Shot("b", 24, caption="Summer"), Shot("c", 72, caption="Winter"))
    layout = lay_out(Timeline(shots, (Transition("crossfade", 12),)))
    assert layout.notes == ("The caption of clip 2 is not shown: its transitions leave no time for it.",)


def test_a_clip_of_one_frame_is_cut_to() -> None:
    layout = lay_out(film([120, 1, 120]))
    assert {transition.kind for transition in layout.transitions} == {"cut"}
    assert layout.frames == 241
    assert "a cut" in layout.notes[0]


def test_an_end_behind_the_clips_end_is_drawn_in_and_said() -> None:
    layout = lay_out(Timeline((Shot("a.mp4", frames=100, end=120),)))
    assert layout.frames == 100
    assert "Clip 1 ends" in layout.notes[0]


def test_titles_are_shots_of_their_own() -> None:
    titles = Titles(Card("Summer 1987"), Card("The end", 48, Transition("fade_black", 24)))
    layout = lay_out(Timeline((Shot("a.mp4", frames=120),), titles=titles))
    assert [shot.text for shot in layout.shots] == ["Summer 1987", None, "The end"]
    assert [shot.index for shot in layout.shots] == [None, 0, None]
    assert layout.frames == 72 + 120 + 48 - 12 - 24


def test_the_musics_gain_follows_the_film() -> None:
    soundtrack = Soundtrack("m.mp3", volume=0.8, fade_in=1.0, fade_out=2.0)
    placed = lay_out(Timeline((Shot("a.mp4", frames=240),), soundtrack=soundtrack)).soundtrack
    assert placed is not None
    assert placed.gain == ((0.0, 0.0), (1.0, 0.8), (8.0, 0.8), (10.0, 0.0))


def test_fades_longer_than_the_film_meet() -> None:
    soundtrack = Soundtrack("m.mp3", fade_in=3.0, fade_out=9.0)
    layout = lay_out(Timeline((Shot("a.mp4", frames=96),), soundtrack=soundtrack))
    assert layout.soundtrack is not None
    assert (layout.soundtrack.fade_in, layout.soundtrack.fade_out) == (1.0, 3.0)
    assert layout.notes


def test_music_that_is_not_looped_ends_where_it_ends() -> None:
    soundtrack = Soundtrack("m.mp3", loop=False, duration=6.0, start=2.0)
    placed = lay_out(Timeline((Shot("a.mp4", frames=240),), soundtrack=soundtrack)).soundtrack
    assert placed is not None
    assert placed.end == 4.0
    assert placed.seam == 0.0


@pytest.mark.parametrize(("start", "looped"), [(4.0, True), (5.0, True), (5.01, False), (5.9, False)])
def test_too_little_music_to_loop_plays_once_and_says_so(start: float, looped: bool) -> None:
    soundtrack = Soundtrack("m.mp3", duration=6.0, start=start)
    layout = lay_out(Timeline((Shot("a.mp4", frames=240),), soundtrack=soundtrack))
    assert layout.soundtrack is not None
    assert (layout.soundtrack.seam > 0) == looped
    assert layout.soundtrack.end == (10.0 if looped else pytest.approx(6.0 - start))
    assert any("too little to loop" in note for note in layout.notes) != looped


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        ({"shots": []}, "at least one clip"),
        ({"shots": [{"clip": "a", "frames": 9}] * 3, "transitions": [{}, {}, {}]}, "need 2 transitions"),
        ({"shots": [{"clip": 7}]}, "shots[0].clip must be text"),
        ({"shots": [{"clip": "a", "start": -1}]}, "shots[0].start"),
        ({"shots": [{"clip": "a", "start": float("nan")}]}, "shots[0].start"),
        ({"shots": [{"clip": "a", "strat": 1}]}, "unknown field: strat"),
        ({"shots": [{"clip": "a", "caption": "half a \ud83d"}]}, "shots[0].caption must be text"),
        ({"shots": [{"clip": "a"}], "transitions": [{"kind": "explode"}]}, "transitions[0].kind"),
        ({"shots": [{"clip": "a"}], "transitions": [{"duration": 3}]}, "from 0.2 to 2"),
        ({"shots": [{"clip": "a"}], "fps": 25}, "fps must be 24"),
        ({"shots": [{"clip": "a"}], "size": [1280, 719]}, "size must be"),
        ({"shots": "a.mp4"}, "shots must be a list"),
        ([], "the request must be a JSON object"),
    ],
)
def test_a_bad_request_is_refused_by_name(request_: object, says: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        Timeline.from_json(request_)
    assert says in str(refusal.value)


@pytest.mark.parametrize(
    ("shot", "says"),
    [
        (Shot("a.mp4"), "length of clip 1 is not known"),
        (Shot("a.mp4", frames=10, start=10), "Nothing is left of clip 1"),
    ],
)
def test_a_timeline_that_cannot_be_laid_out_says_why(shot: Shot, says: str) -> None:
    with pytest.raises(BadRequest, match=says):
        lay_out(Timeline((shot,)))


def test_lengths_can_be_given_later() -> None:
    timeline = Timeline((Shot("a.mp4"), Shot("b.mp4", frames=10)))
    assert timeline.unmeasured() == {"a.mp4"}
    assert lay_out(timeline.measured({"a.mp4": 30})).frames == 40


shots = st.builds(
    Shot,
    clip=st.sampled_from(["a.mp4", "b.mp4", "c.mp4"]),
    frames=st.integers(30, 400),
    start=st.integers(0, 29),
    end=st.none() | st.integers(30, 500),
    caption=st.none() | st.text(min_size=1, max_size=20).filter(lambda text: "\0" not in text),
)
transitions = st.builds(
    Transition,
    st.sampled_from(TRANSITION_KINDS),
    st.integers(5, 48),
)
cards = st.builds(Card, st.just("Text"), st.integers(12, 96), transitions)


@st.composite
def timelines(draw: st.DrawFn) -> Timeline:
    chosen = draw(st.lists(shots, min_size=1, max_size=8))
    between = draw(st.lists(transitions, min_size=len(chosen) - 1, max_size=len(chosen) - 1))
    titles = Titles(draw(st.none() | cards), draw(st.none() | cards))
    soundtrack = draw(st.none() | st.builds(Soundtrack, st.just("m.mp3"), st.floats(0, 2)))
    fades = draw(st.tuples(st.integers(0, 100), st.integers(0, 100)))
    style = draw(st.sampled_from(TITLE_STYLES))
    return Timeline(
        tuple(chosen), tuple(between), soundtrack, titles,
        fade_in=fades[0], fade_out=fades[1], title_style=style,
    )  # fmt: skip


@given(timelines())
def test_any_timeline_survives_json(timeline: Timeline) -> None:
    assert Timeline.from_json(json.loads(json.dumps(timeline.to_json()))) == timeline


@given(timelines())
def test_no_offset_is_negative_and_no_two_transitions_overlap(timeline: Timeline) -> None:
    layout = lay_out(timeline)
    assert layout.shots[0].film_start == 0
    assert layout.shots[-1].film_end == layout.frames
    blended = sum(transition.frames for transition in layout.transitions)
    assert layout.frames == sum(shot.frames for shot in layout.shots) - blended > 0
    free = 0
    for transition, before, after in zip(layout.transitions, layout.shots, layout.shots[1:], strict=False):
        assert free <= transition.start == after.film_start
        free = transition.start + transition.frames
        assert free == before.film_end
    for shot in layout.shots:
        assert 0 <= shot.clip_start < shot.clip_end
        assert shot.clip_end - shot.clip_start == shot.frames


@given(timelines())
def test_a_film_is_darkest_at_its_ends_and_whole_between_its_fades(timeline: Timeline) -> None:
    layout = lay_out(timeline)
    course = [layout.brightness(frame) for frame in range(layout.frames)]
    assert all(0 < brightness <= 1 for brightness in course)
    assert course[: layout.fade_in + 1] == sorted(course[: layout.fade_in + 1])
    assert set(course[layout.fade_in : layout.frames - layout.fade_out]) <= {1.0}
    assert (
        course[layout.frames - layout.fade_out :] == sorted(course[layout.frames - layout.fade_out :])[::-1]
    )


def test_the_web_process_can_compute_timelines_without_codecs() -> None:
    heavy = "{'av', 'numpy', 'cv2', 'PIL'}"
    script = (
        f"import sys, compiler.timeline.model, compiler.timeline.layout; print({heavy} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


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
