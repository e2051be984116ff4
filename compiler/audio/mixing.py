"""Mixing with sidechain ducking.

Music and the clips' own sound as one stream, block by block, however long the film is.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from compiler.audio.limiter import LOOK_AHEAD, limit_peaks
from compiler.audio.loudness import digest_of, loudness_of
from compiler.audio.samples import RATE, SampleReader, Samples, decode_samples, looped, padded, silence
from compiler.audio.voice_activity import MOMENT, loudness_of_voice
from compiler.timeline.layout import Layout, PlacedSoundtrack, overlap_of
from compiler.timeline.model import FRAME_RATE, Timeline

SAMPLES_PER_FRAME = RATE // FRAME_RATE
BLOCK = RATE
DUCKED = 0.3
AUDIBLE = -40.0
"""In decibels: where a clip's own sound, as it is heard in the film, makes the music step back."""
_ATTACK, _RELEASE = RATE // 20, RATE * 2 // 5
_EDGE = RATE // 200
_VERSION = 2

EnvelopePoints = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Music:
    path: Path
    digest: str
    start: int
    seam: int
    end: int
    gain: tuple[tuple[float, float], ...]

    def sounds(self) -> Iterator[Samples]:
        return (
            looped(self.path, self.start, self.seam) if self.seam else decode_samples(self.path, self.start)
        )


@dataclass(frozen=True)
class Voice:
    """A clip's own sound, from `start` to `end` of the film."""

    path: Path
    digest: str
    start: int
    end: int
    skipped: int
    gain: tuple[tuple[float, float], ...]
    moments: tuple[int, ...]

    def ducking_moments(self) -> Iterator[tuple[int, int]]:
        """The parts of the film in which it is loud enough to be listened to."""
        first, last = self.skipped // MOMENT, -(-(self.skipped + self.end - self.start) // MOMENT)
        levels = np.array(self.moments[first:last], np.float64)
        places = self.start - self.skipped + MOMENT * np.arange(first, first + len(levels))
        corners, values = zip(*self.gain, strict=True)
        factors = np.interp(places + MOMENT / 2, corners, values)
        loud = levels + 20 * np.log10(np.maximum(factors, 1e-9)) > AUDIBLE
        for place in places[loud]:
            yield max(int(place), self.start), min(int(place) + MOMENT, self.end)


@dataclass(frozen=True)
class Mix:
    """Positions and lengths in sounds per channel; corners of gains are (position, factor)."""

    length: int
    music: Music | None
    voices: tuple[Voice, ...]
    _duck: tuple[tuple[float, float], ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_duck", tuple(_ducking(self.voices)))

    def reader(self) -> SampleReader:
        return SampleReader(limit_peaks(self._blocks()))

    def description(self, first: int, last: int) -> str:
        """All that the sounds from `first` to `last` depend on."""
        first, last = max(0, first - LOOK_AHEAD), min(last + LOOK_AHEAD, self.length)
        parts = [f"mix {_VERSION}"]
        if self.music and first < self.music.end:
            music = self.music
            ends = music.end if music.end < last else "later"
            gain = _cut_out(music.gain, first, last)
            parts.append(f"{music.digest} {music.start} {music.seam} {ends} {gain}")
            if _moves(self._duck, first, last):
                parts.append(f"ducked {_cut_out(self._duck, first, last)}")
        for voice in self.voices:
            if voice.start < last and voice.end > first:
                gain = _cut_out(voice.gain, first, last)
                parts.append(f"{voice.digest} {voice.start} {voice.end} {voice.skipped} {gain}")
        return "\n".join(parts) + f"\n{last - first}"

    def _blocks(self) -> Iterator[Samples]:
        music = SampleReader(self.music.sounds()) if self.music else None
        voices = [_VoiceReader(voice) for voice in self.voices]
        for first in range(0, self.length, BLOCK):
            last = min(first + BLOCK, self.length)
            block = self._music_block(music, first, last)
            for voice in voices:
                voice.add_to(block, first)
            yield block

    def _music_block(self, reader: SampleReader | None, first: int, last: int) -> Samples:
        if reader is None or self.music is None or first >= self.music.end:
            return silence(last - first)
        block = padded(reader.read(min(last, self.music.end) - first), last - first)
        block *= _envelope(self.music.gain, first, last)
        if _moves(self._duck, first, last):
            block *= _envelope(self._duck, first, last)
        return block


class _VoiceReader:
    """Opens its file only when its turn comes."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self._reader: SampleReader | None = None

    def add_to(self, block: Samples, first: int) -> None:
        voice = self._voice
        start, end = max(first, voice.start), min(first + block.shape[1], voice.end)
        if start >= end:
            self._reader = None
            return
        if self._reader is None:
            self._reader = SampleReader(decode_samples(voice.path, voice.skipped))
        sounds = padded(self._reader.read(end - start), end - start)
        block[:, start - first : end - first] += sounds * _envelope(voice.gain, start, end)


def _envelope(corners: EnvelopePoints, first: int, last: int) -> NDArray[np.float32]:
    places, values = zip(*corners, strict=True)
    course: NDArray[np.float32] = np.interp(np.arange(first, last), places, values).astype(np.float32)
    return course


def _cut_out(corners: EnvelopePoints, first: int, last: int) -> list[tuple[float, float]]:
    """The corners inside, and the course at both ends: equal for equal gains."""
    places, values = zip(*corners, strict=True)
    inside = corners[bisect_right(places, first) : bisect_left(places, last)]
    ends = np.interp([first, last], places, values)
    cut = [(first, float(ends[0])), *inside, (last, float(ends[1]))]
    return [(round(place), round(value, 7)) for place, value in cut]


def _ducking(voices: Sequence[Voice]) -> Iterator[tuple[float, float]]:
    """Down when a voice begins; up again once all have been silent for as long as that takes."""
    spans: list[tuple[int, int]] = []
    for start, end in sorted(span for voice in voices for span in voice.ducking_moments()):
        if spans and start - spans[-1][1] <= _ATTACK + _RELEASE:
            spans[-1] = spans[-1][0], max(end, spans[-1][1])
        else:
            spans.append((start, end))
    for start, end in spans:
        yield from ((start - _ATTACK, 1.0), (start, DUCKED), (end, DUCKED), (end + _RELEASE, 1.0))


def _moves(corners: EnvelopePoints, first: int, last: int) -> bool:
    """Whether it is anything but 1 between these places."""
    return bool(corners) and any(value < 1 for _, value in _cut_out(corners, first, last))


def may_be_heard(timeline: Timeline) -> bool:
    """Known before anything is measured."""
    return timeline.soundtrack is not None or any(shot.audio for shot in timeline.shots)


def mix_of(timeline: Timeline, layout: Layout, measurements: Path) -> Mix | None:
    """What the film sounds like, or None for a silent film."""
    length = layout.frames * SAMPLES_PER_FRAME
    placed = layout.soundtrack
    music = _music(placed, timeline, measurements) if placed else None
    voices = tuple(_voices(timeline, layout, measurements))
    return Mix(length, music, voices) if music or voices else None


def _music(placed: PlacedSoundtrack, timeline: Timeline, measurements: Path) -> Music:
    path = Path(placed.music)
    digest = digest_of(path)
    factor = 1.0
    if timeline.soundtrack and timeline.soundtrack.normalise:
        factor = loudness_of(path, digest, measurements).gain(placed.volume)
    return Music(
        path=path,
        digest=digest,
        start=round(placed.start * RATE),
        seam=round(placed.seam * RATE),
        end=round(placed.end * RATE),
        gain=tuple((time * RATE, value * factor) for time, value in placed.gain),
    )


def _voices(timeline: Timeline, layout: Layout, measurements: Path) -> Iterator[Voice]:
    """A shot's sound rises and falls with its transitions; at a cut just enough not to click."""
    for position, placed in enumerate(layout.shots):
        shot = timeline.shots[placed.index] if placed.index is not None else None
        if shot is None or shot.audio is None or not shot.audio_volume:
            continue
        before, after = overlap_of(layout, position)
        start, end = placed.film_start * SAMPLES_PER_FRAME, placed.film_end * SAMPLES_PER_FRAME
        falling = max(after * SAMPLES_PER_FRAME, _EDGE)
        rising = min(max(before * SAMPLES_PER_FRAME, _EDGE), end - start - falling)
        path = Path(shot.audio)
        digest = digest_of(path)
        loudness = loudness_of_voice(path, digest, measurements)
        volume = shot.audio_volume * loudness.gain
        yield Voice(
            path=path,
            digest=digest,
            start=start,
            end=end,
            skipped=placed.clip_start * SAMPLES_PER_FRAME,
            gain=((start, 0.0), (start + rising, volume), (end - falling, volume), (end, 0.0)),
            moments=loudness.moments,
        )
