"""Lengths of a film's music, read from the files where its timeline does not say them."""

from dataclasses import replace
from pathlib import Path

from compiler.audio.loudness import check_sound
from compiler.errors import NotAudio
from compiler.media.probing import probe
from compiler.timeline.model import Soundtrack, Timeline


def with_timed_music(timeline: Timeline) -> Timeline:
    if timeline.soundtrack is None:
        return timeline
    return replace(timeline, soundtrack=_timed(timeline.soundtrack))


def _timed(soundtrack: Soundtrack) -> Soundtrack:
    further = tuple(
        replace(track, duration=_length_of(Path(track.music)) if track.duration is None else track.duration)
        for track in soundtrack.further
    )
    duration = soundtrack.duration
    duration = _length_of(Path(soundtrack.music)) if duration is None else duration
    return replace(soundtrack, duration=duration, further=further)


def _length_of(music: Path) -> float:
    """Of the sound alone, for music may lie in a video."""
    check_sound(music)
    length = probe(music).audio_duration
    if length is None:
        raise NotAudio("There is no sound in this file.")
    return length
