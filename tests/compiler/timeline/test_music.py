"""Placement of music: tracks one after another, in crossfades, repeated, and what cannot be placed."""

from typing import Any

import pytest

from compiler.errors import BadRequest
from compiler.timeline.beat_alignment import snap_to_beats
from compiler.timeline.layout import lay_out
from compiler.timeline.model import FRAME_RATE, Shot, Soundtrack, Timeline, Track
from compiler.timeline.music import PlacedSoundtrack


def film(seconds: int, *lengths: float, **choices: Any) -> Timeline:
    """Music of these lengths, called 0, 1, 2, …"""
    first, *others = lengths
    further = tuple(Track(str(number), duration=length) for number, length in enumerate(others, 1))
    music = Soundtrack("0", duration=first, further=further, **choices)
    return Timeline(tuple(Shot(str(number), FRAME_RATE) for number in range(seconds)), soundtrack=music)


def placed(timeline: Timeline) -> PlacedSoundtrack:
    found = lay_out(timeline).soundtrack
    assert found is not None
    return found


def test_each_track_begins_under_the_end_of_the_one_before() -> None:
    tracks = placed(film(60, 20, 40, 20)).tracks
    assert [(track.music, track.start, track.end) for track in tracks] == [
        ("0", 0, 20), ("1", 18, 58), ("2", 56, 76),
    ]  # fmt: skip
    assert [(track.fade_in, track.fade_out) for track in tracks] == [(0, 2), (2, 2), (2, 0)]


def test_a_short_track_lends_a_quarter_of_itself_at_most() -> None:
    tracks = placed(film(20, 10, 4, 10)).tracks
    assert [(track.fade_in, track.fade_out) for track in tracks] == [(0, 1), (1, 1), (1, 0)]


def test_all_are_repeated_in_turn_and_the_first_begins_where_it_did() -> None:
    found = placed(film(40, 12, 10, start=2.0))
    assert [(track.music, track.start, track.skipped) for track in found.tracks] == [
        ("0", 0, 2.0), ("1", 8, 0.0), ("0", 16, 2.0), ("1", 24, 0.0), ("0", 32, 2.0),
    ]  # fmt: skip
    assert (found.seam, found.end) == (2.0, 40)


def test_a_track_that_would_begin_behind_the_film_is_not_there() -> None:
    assert [track.music for track in placed(film(10, 20, 20)).tracks] == ["0"]


def test_without_a_repeat_the_music_ends_with_its_last_track() -> None:
    timeline = film(60, 20, 10, loop=False)
    layout = lay_out(timeline)
    assert layout.soundtrack is not None
    assert (layout.soundtrack.end, layout.soundtrack.gain[-1]) == (28, (28, 0.0))
    assert layout.notes == ("The music ends 32.0 s before the film.",)


def test_tracks_are_the_same_out_as_in() -> None:
    timeline = film(3, 20, 10)
    assert Timeline.from_json(timeline.to_json()) == timeline


@pytest.mark.parametrize("length", [None, 0.0])
def test_a_further_track_must_have_a_length(length: float | None) -> None:
    music = Soundtrack("0", duration=5.0, further=(Track("1", duration=length),))
    with pytest.raises(BadRequest):
        lay_out(Timeline((Shot("a", 48),), soundtrack=music))


def test_what_is_no_track_is_refused_by_name() -> None:
    stored = film(3, 20).to_json()
    stored["soundtrack"]["further"] = [{"music": "a", "pitch": 2}]
    with pytest.raises(BadRequest, match=r"soundtrack\.further\[0\] has an unknown field: pitch"):
        Timeline.from_json(stored)
    stored["soundtrack"]["further"] = [{"music": "a"}] * 101
    with pytest.raises(BadRequest, match="at most 100"):
        Timeline.from_json(stored)


def test_cuts_fall_on_the_beats_of_the_track_that_is_heard() -> None:
    shots = tuple(Shot(str(number), 3 * FRAME_RATE, end=60) for number in range(10))
    music = Soundtrack("slow", duration=12.0, further=(Track("quick", start=1.0, duration=60.0),))
    beats = {"slow": [number * 1.0 for number in range(12)], "quick": [1.25 + n * 0.5 for n in range(118)]}
    film = snap_to_beats(Timeline(shots, soundtrack=music), beats, tolerance=0.6)
    cuts = [transition.start / FRAME_RATE for transition in lay_out(film).transitions]
    begins = 12.0 - 2.0
    for cut in cuts:
        slow = cut < 12 and abs(cut - round(cut)) < 0.022
        quick = cut >= begins and abs((cut - begins - 0.25) * 2 - round((cut - begins - 0.25) * 2)) < 0.044
        assert slow or quick, cut
