"""Placement of music in a film: where each track begins and ends, crossfades between tracks, and the gain."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from compiler.errors import BadRequest
from compiler.timeline.soundtrack import Soundtrack, Track

LONGEST_SEAM = 2.0
SHORTEST_ROUND = 1.0
"""Less music than this, played again and again, is no music; it plays once."""

Breakpoints = tuple[tuple[float, float], ...]
"""A gain envelope: (time, factor), and straight lines between them."""


@dataclass(frozen=True, slots=True)
class PlacedTrack:
    """A track from second `start` to `end` of the film, or until the film ends; `skipped` seconds of it are
    left out before. At both ends it lies over its neighbours for the length of its fades."""

    music: str
    start: float
    end: float
    skipped: float
    fade_in: float
    fade_out: float

    def to_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class PlacedSoundtrack:
    """Seconds of the film from 0 to `end`; `gain` are the breakpoints of its envelope.

    `seam` is how long the last track lies over the first one when all begin again, or nothing where they play
    once. `tracks` is what is heard: each track, in each round.
    """

    music: str
    start: float
    volume: float
    fade_in: float
    fade_out: float
    loop: bool
    end: float
    seam: float
    gain: Breakpoints
    tracks: tuple[PlacedTrack, ...]

    def to_json(self) -> dict[str, Any]:
        values = {name: getattr(self, name) for name in self.__slots__}
        tracks = [track.to_json() for track in self.tracks]
        return values | {"gain": [list(point) for point in self.gain], "tracks": tracks}


def place_soundtrack(soundtrack: Soundtrack, film: float, notes: list[str]) -> PlacedSoundtrack:
    """Under a film of so many seconds. Raises BadRequest."""
    end, seam = film, 0.0
    left = playing_time(soundtrack)
    if left is not None and left < film:
        if soundtrack.loop and left >= SHORTEST_ROUND:
            seam = seam_of(_length(soundtrack.tracks[-1]), _length(soundtrack.tracks[0]))
        else:
            end = left
            notes.append(f"The music ends {film - left:.1f} s before the film.")
            if soundtrack.loop:
                notes.append(f"Only {left:.2f} s of the music are left after its start: too little to loop.")
    fade_in, fade_out = _fades(soundtrack, end, notes)
    volume = soundtrack.volume
    gain = (
        (0.0, 0.0 if fade_in else volume),
        (fade_in, volume),
        (end - fade_out, volume),
        (end, 0.0 if fade_out else volume),
    )
    tracks = tuple(place_tracks(soundtrack, end, seam))
    return PlacedSoundtrack(
        soundtrack.music, soundtrack.start, volume, fade_in, fade_out, soundtrack.loop, end, seam, gain,
        tracks,
    )  # fmt: skip


def playing_time(soundtrack: Soundtrack) -> float | None:
    """Seconds of all tracks together, played once; None where the length of the only one is not known.

    Raises BadRequest where a track has nothing to play, or is one of several and of unknown length.
    """
    if not soundtrack.further and soundtrack.duration is None:
        return None
    lengths = [_length(track) for track in soundtrack.tracks]
    return sum(lengths) - sum(map(seam_of, lengths, lengths[1:]))


def place_tracks(soundtrack: Soundtrack, until: float, seam: float) -> Iterator[PlacedTrack]:
    """Each track in turn, and with a seam all of them again and again, up to second `until` of the film."""
    tracks = soundtrack.tracks
    if playing_time(soundtrack) is None:
        yield PlacedTrack(soundtrack.music, 0.0, until, soundtrack.start, 0.0, 0.0)
        return
    lengths = [_length(track) for track in tracks]
    seams = [*map(seam_of, lengths, lengths[1:]), seam]
    round_starts = [sum(lengths[:place]) - sum(seams[:place]) for place in range(len(tracks))]
    round_length, number = sum(lengths) - sum(seams), 0
    while number == 0 or (seam and number * round_length < until):
        for place, track in enumerate(tracks):
            start = number * round_length + round_starts[place]
            before = seams[place - 1] if number or place else 0.0
            if start < until:
                end = start + lengths[place]
                yield PlacedTrack(track.music, start, end, track.start, before, seams[place])
        number += 1


def seam_of(*lengths: float) -> float:
    """How long music lies over what follows it: both, or the same again, play for so many seconds."""
    return min(LONGEST_SEAM, min(lengths) / 4)


def _length(track: Track) -> float:
    """What is left of it after its start."""
    if track.duration is None:
        raise BadRequest(f"The length of the music “{track.music[:80]}” is not known: give its duration.")
    if track.duration <= track.start:
        raise BadRequest("The music starts after its own end: choose an earlier start.")
    return track.duration - track.start


def _fades(soundtrack: Soundtrack, end: float, notes: list[str]) -> tuple[float, float]:
    fade_in, fade_out = soundtrack.fade_in, soundtrack.fade_out
    if fade_in + fade_out > end:
        scale = end / (fade_in + fade_out)
        fade_in, fade_out = fade_in * scale, fade_out * scale
        notes.append("The music’s fades are shortened to the length of the film.")
    return fade_in, fade_out
