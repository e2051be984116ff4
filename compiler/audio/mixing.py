"""Mixing with sidechain ducking.

Music and the clips' own sound as one stream, block by block, however long the film is. Where each of them
lies and how loud it is, `timeline.mix` says.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from compiler.audio.limiter import LOOK_AHEAD, limit_peaks
from compiler.audio.loudness import MusicLevels, digest_of
from compiler.audio.music import Music, music_of
from compiler.audio.samples import RATE, SampleReader, Samples, decode_samples, padded, silence
from compiler.audio.voice_activity import loudness_of_voice
from compiler.timeline.layout import Layout
from compiler.timeline.mix import NOTHING, SAMPLES_PER_FRAME, Levels, PlacedVoice, ducking, place_voices
from compiler.timeline.model import Timeline
from compiler.timeline.music import Breakpoints

BLOCK = RATE
_VERSION = 2


@dataclass(frozen=True)
class Voice:
    """A clip's own sound with its file."""

    placed: PlacedVoice
    path: Path
    digest: str


@dataclass(frozen=True)
class Mix:
    """Positions and lengths in samples per channel; breakpoints of gain envelopes are (position, factor)."""

    length: int
    music: Music | None
    voices: tuple[Voice, ...]
    _duck: tuple[tuple[float, float], ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_duck", tuple(ducking([voice.placed for voice in self.voices])))

    def reader(self) -> SampleReader:
        return SampleReader(limit_peaks(self._blocks()))

    def description(self, first: int, last: int) -> str:
        """All that the samples from `first` to `last` depend on."""
        first, last = max(0, first - LOOK_AHEAD), min(last + LOOK_AHEAD, self.length)
        parts = [f"mix {_VERSION}"]
        if self.music and first < self.music.end:
            music = self.music
            ends = music.end if music.end < last else "later"
            gain = _cut_out(music.gain, first, last)
            parts.append(f"{music.description(first, last)} {ends} {gain}")
            if _moves(self._duck, first, last):
                parts.append(f"ducked {_cut_out(self._duck, first, last)}")
        for voice in self.voices:
            placed = voice.placed
            if placed.start < last and placed.end > first:
                gain = _cut_out(placed.gain, first, last)
                parts.append(f"{voice.digest} {placed.start} {placed.end} {placed.skipped} {gain}")
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
        voice = self._voice.placed
        start, end = max(first, voice.start), min(first + block.shape[1], voice.end)
        if start >= end:
            self._reader = None
            return
        if self._reader is None:
            self._reader = SampleReader(decode_samples(self._voice.path, voice.skipped))
        sounds = padded(self._reader.read(end - start), end - start)
        block[:, start - first : end - first] += sounds * _envelope(voice.gain, start, end)


def _envelope(breakpoints: Breakpoints, first: int, last: int) -> NDArray[np.float32]:
    """For each sample; one factor for all where it does not move."""
    places, values = zip(*breakpoints, strict=True)
    ends = np.interp([first, last], places, values)
    inside = values[bisect_right(places, first) : bisect_left(places, last)]
    if all(value == ends[0] for value in (*inside, ends[1])):
        level: NDArray[np.float32] = ends[:1].astype(np.float32)
        return level
    course: NDArray[np.float32] = np.interp(np.arange(first, last), places, values).astype(np.float32)
    return course


def _cut_out(breakpoints: Breakpoints, first: int, last: int) -> list[tuple[float, float]]:
    """The breakpoints inside, and the gain at both ends: equal for equal envelopes."""
    places, values = zip(*breakpoints, strict=True)
    inside = breakpoints[bisect_right(places, first) : bisect_left(places, last)]
    ends = np.interp([first, last], places, values)
    cut = [(first, float(ends[0])), *inside, (last, float(ends[1]))]
    return [(round(place), round(value, 7)) for place, value in cut]


def _moves(breakpoints: Breakpoints, first: int, last: int) -> bool:
    """Whether it is anything but 1 between these places."""
    return bool(breakpoints) and any(value < 1 for _, value in _cut_out(breakpoints, first, last))


def may_be_heard(timeline: Timeline) -> bool:
    """Known before anything is measured."""
    return timeline.soundtrack is not None or any(shot.audio for shot in timeline.shots)


def mix_of(timeline: Timeline, layout: Layout, measurements: Path, known: Levels = NOTHING) -> Mix | None:
    """What the film sounds like, or None for a silent film. `known`: levels of its music, by its files."""
    length = layout.frames * SAMPLES_PER_FRAME
    levels = MusicLevels(known, measurements)
    music = music_of(layout.soundtrack, timeline, levels) if layout.soundtrack else None
    voices = tuple(_voices(timeline, layout, measurements))
    return Mix(length, music, voices) if music or voices else None


def _voices(timeline: Timeline, layout: Layout, measurements: Path) -> Iterator[Voice]:
    heard = {shot.audio for shot in timeline.shots if shot.audio is not None and shot.audio_volume}
    digests = {audio: digest_of(Path(audio)) for audio in heard}
    levels = {
        audio: loudness_of_voice(Path(audio), digest, measurements).levels()
        for audio, digest in digests.items()
    }
    for placed in place_voices(timeline, layout, levels):
        yield Voice(placed, Path(placed.audio), digests[placed.audio])
