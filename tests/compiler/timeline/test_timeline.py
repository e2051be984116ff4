"""Timeline layout: exact frames, no overlaps, and the same thing out as in."""

import json
import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given

from compiler.errors import BadRequest
from compiler.timeline.layout import lay_out, overlap_of
from compiler.timeline.mix import SAMPLES_PER_FRAME, place_voices
from compiler.timeline.model import (
    FRAME_RATE,
    Card,
    Shot,
    Soundtrack,
    Timeline,
    Titles,
    Transition,
)
from compiler.timeline.playback import played_sounds
from tests.compiler.timeline.strategies import timelines


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
def test_music_follows_on_music_without_a_gap_and_three_are_never_heard_at_once(timeline: Timeline) -> None:
    music = lay_out(timeline).soundtrack
    for before, after in pairwise(music.tracks if music else ()):
        assert before.end - after.start == pytest.approx(before.fade_out)
        assert before.fade_out == after.fade_in > 0
        assert before.start + before.fade_in <= after.start
    if music:
        assert music.tracks[0].start == 0
        assert music.tracks[-1].end >= music.end - 1e-6


@given(timelines())
def test_the_player_is_told_no_gain_that_is_none(timeline: Timeline) -> None:
    layout = lay_out(timeline)
    for sound in played_sounds(timeline, layout, {}):
        assert 0 <= sound.start < sound.end <= layout.duration + 1e-6
        places = [place for place, _ in sound.gain]
        assert places == sorted(places)
        assert (places[0], places[-1]) == (sound.start, sound.end)
        assert all(0 <= factor <= 2 for _, factor in sound.gain)


@given(timelines())
def test_a_clips_own_sound_is_heard_with_its_clip_from_silence_to_silence(timeline: Timeline) -> None:
    layout = lay_out(timeline)
    voices = list(place_voices(timeline, layout, {}))
    with_sound = [shot for shot in timeline.shots if shot.audio and shot.audio_volume]
    assert [voice.audio for voice in voices] == [shot.audio for shot in with_sound]
    spans = {
        (shot.film_start * SAMPLES_PER_FRAME, shot.film_end * SAMPLES_PER_FRAME, shot.clip_start)
        for shot in layout.shots
    }
    for voice in voices:
        assert (voice.start, voice.end, voice.skipped // SAMPLES_PER_FRAME) in spans
        points = list(voice.gain)
        places = [place for place, _ in points]
        assert places == sorted(places)
        assert (points[0], points[-1]) == ((voice.start, 0.0), (voice.end, 0.0))


@given(timelines())
def test_captions_and_marks_are_seen_while_their_shot_is_alone(timeline: Timeline) -> None:
    layout = lay_out(timeline)
    for position, shot in enumerate(layout.shots):
        before, after = overlap_of(layout, position)
        first, last = shot.film_start + before, shot.film_end - after
        if shot.caption and shot.caption_start < shot.caption_end:
            assert first <= shot.caption_start < shot.caption_end <= last
        if shot.mark and shot.mark_start < shot.mark_end:
            assert first <= shot.mark_start < shot.mark_end <= last


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
