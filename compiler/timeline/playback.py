"""Sounds for a player: which file plays when, from where on, and how loud, as the renderer mixes them.

A player needs no more than to follow this list: loudness, fades, crossfades of tracks and ducking are in the
gains.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from compiler.timeline.layout import Layout
from compiler.timeline.levels import UNKNOWN, music_gain
from compiler.timeline.mix import RATE, Levels, PlacedVoice, ducking, place_voices, product
from compiler.timeline.model import Timeline
from compiler.timeline.music import Breakpoints, PlacedTrack

LANES = 4
"""In one lane no sound lies over another: two lanes for music, two for clips' own sound."""
_CURVE = 8
"""Straight lines for one equal-power fade."""


@dataclass(frozen=True, slots=True)
class PlayedSound:
    """From second `start` to `end` of the film, from second `at` of the file on. The breakpoints of
    its gain envelope are seconds of the film; gain may be above 1."""

    name: str
    lane: int
    start: float
    end: float
    at: float
    gain: Breakpoints

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "lane": self.lane,
            "start": round(self.start, 4),
            "end": round(self.end, 4),
            "at": round(self.at, 4),
            "gain": [[round(place, 4), round(factor, 5)] for place, factor in self.gain],
        }


def played_sounds(timeline: Timeline, layout: Layout, levels: Levels) -> tuple[PlayedSound, ...]:
    """In the order in which they begin. What `levels` lacks is played as loud as it is and ducks nothing."""
    voices = list(place_voices(timeline, layout, levels))
    duck = tuple((place / RATE, factor) for place, factor in ducking(voices)) or ((0.0, 1.0),)
    sounds = [*_music(timeline, layout, levels, duck), *map(_voice, range(len(voices)), voices)]
    return tuple(sorted(sounds, key=lambda sound: sound.start))


def _music(timeline: Timeline, layout: Layout, levels: Levels, duck: Breakpoints) -> Iterator[PlayedSound]:
    placed, soundtrack = layout.soundtrack, timeline.soundtrack
    if placed is None or soundtrack is None:
        return
    for place, track in enumerate(placed.tracks):
        end = min(track.end, placed.end)
        if end <= track.start:
            continue
        known = levels.get(track.music, UNKNOWN)
        factor = music_gain(known, placed.volume) if soundtrack.normalise else 1.0
        envelopes = (placed.gain, _rising(track), _falling(track), duck, ((0.0, factor),))
        gain = product(envelopes, track.start, end)
        yield PlayedSound(track.music, place % 2, track.start, end, track.skipped, gain)


def _rising(track: PlacedTrack) -> Breakpoints:
    """A quarter of a sine: two unlike sounds, one rising and one falling, keep their loudness."""
    if not track.fade_in:
        return ((track.start, 1.0),)
    turns = [part / _CURVE for part in range(_CURVE + 1)]
    return tuple((track.start + track.fade_in * turn, math.sin(turn * math.pi / 2)) for turn in turns)


def _falling(track: PlacedTrack) -> Breakpoints:
    if not track.fade_out:
        return ((track.end, 1.0),)
    turns = [part / _CURVE for part in range(_CURVE + 1)]
    return tuple((track.end - track.fade_out * (1 - turn), math.cos(turn * math.pi / 2)) for turn in turns)


def _voice(number: int, voice: PlacedVoice) -> PlayedSound:
    gain = tuple((place / RATE, factor) for place, factor in voice.gain)
    start, end, at = voice.start / RATE, voice.end / RATE, voice.skipped / RATE
    return PlayedSound(voice.audio, 2 + number % 2, start, end, at, gain)
