"""The mix of a film: where each sound lies, its gain envelope, and the ducking of the music under clips' own
sound. The renderer mixes by it, and the player too.

Positions are in samples; imports nothing heavy.
"""

import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

from compiler.timeline.layout import Layout, overlap_of
from compiler.timeline.levels import UNKNOWN, SoundLevels, voice_gain
from compiler.timeline.model import FRAME_RATE, Timeline
from compiler.timeline.music import Breakpoints

RATE = 48000
SAMPLES_PER_FRAME = RATE // FRAME_RATE
MOMENT = RATE // 50
DUCKED = 0.3
"""What is left of the music's volume while a clip is listened to."""
AUDIBLE = -40.0
"""In decibels: where a clip's own sound, as it is heard in the film, makes the music step back."""
ATTACK, RELEASE = RATE // 20, RATE * 2 // 5
_EDGE = RATE // 200

Levels = Mapping[str, SoundLevels]
"""By the timeline's name for a track or a clip's own sound."""
NOTHING: Levels = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class PlacedVoice:
    """A clip's own sound, from `start` to `end` of the film; `skipped` of it is left out before."""

    audio: str
    start: int
    end: int
    skipped: int
    gain: Breakpoints
    moments: tuple[int, ...]

    def ducking_moments(self) -> Iterator[tuple[int, int]]:
        """The parts of the film in which it is loud enough to be listened to."""
        first, last = self.skipped // MOMENT, -(-(self.skipped + self.end - self.start) // MOMENT)
        for number, level in enumerate(self.moments[first:last], first):
            place = self.start - self.skipped + MOMENT * number
            factor = gain_at(self.gain, place + MOMENT / 2)
            if level + 20 * math.log10(max(factor, 1e-9)) > AUDIBLE:
                yield max(place, self.start), min(place + MOMENT, self.end)


def place_voices(timeline: Timeline, layout: Layout, levels: Levels) -> Iterator[PlacedVoice]:
    """A shot's sound rises and falls with its transitions; at a cut just enough not to click."""
    for position, placed in enumerate(layout.shots):
        shot = timeline.shots[placed.index] if placed.index is not None else None
        if shot is None or shot.audio is None or not shot.audio_volume:
            continue
        before, after = overlap_of(layout, position)
        start, end = placed.film_start * SAMPLES_PER_FRAME, placed.film_end * SAMPLES_PER_FRAME
        falling = max(after * SAMPLES_PER_FRAME, _EDGE)
        rising = min(max(before * SAMPLES_PER_FRAME, _EDGE), end - start - falling)
        known = levels.get(shot.audio, UNKNOWN)
        volume = shot.audio_volume * voice_gain(known)
        yield PlacedVoice(
            audio=shot.audio,
            start=start,
            end=end,
            skipped=placed.clip_start * SAMPLES_PER_FRAME,
            gain=((start, 0.0), (start + rising, volume), (end - falling, volume), (end, 0.0)),
            moments=known.moments,
        )


def ducking(voices: Sequence[PlacedVoice]) -> Iterator[tuple[float, float]]:
    """Down when a voice begins; up again once all have been silent for as long as that takes."""
    spans: list[tuple[int, int]] = []
    for start, end in sorted(span for voice in voices for span in voice.ducking_moments()):
        if spans and start - spans[-1][1] <= ATTACK + RELEASE:
            spans[-1] = spans[-1][0], max(end, spans[-1][1])
        else:
            spans.append((start, end))
    for start, end in spans:
        yield from ((start - ATTACK, 1.0), (start, DUCKED), (end, DUCKED), (end + RELEASE, 1.0))


def gain_at(breakpoints: Breakpoints, place: float) -> float:
    """On the straight lines between the breakpoints, and level outside of them."""
    after = bisect_right(breakpoints, place, key=lambda point: point[0])
    if not 0 < after < len(breakpoints):
        return breakpoints[min(after, len(breakpoints) - 1)][1]
    (left, low), (right, high) = breakpoints[after - 1], breakpoints[after]
    return (high - low) / (right - left) * (place - left) + low


def product(envelopes: Sequence[Breakpoints], start: float, end: float, steps: int = 8) -> Breakpoints:
    """One envelope for several that are heard at once, exact at each breakpoint of theirs; where more than
    one of them moves, `steps` straight lines stand for the curve between two breakpoints."""
    inside = {place for breakpoints in envelopes for place, _ in breakpoints if start < place < end}
    places = [start]
    for left, right in pairwise([start, *sorted(inside), end]):
        moving = sum(gain_at(each, left) != gain_at(each, right) for each in envelopes)
        parts = steps if moving > 1 else 1
        places += [left + (right - left) * part / parts for part in range(1, parts)]
        places.append(right)
    return tuple((place, math.prod(gain_at(each, place) for each in envelopes)) for place in places)
