"""Music and the clips' own sound as one stream, block by block, however long the film is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from compiler.layout import Layout, PlacedSoundtrack
from compiler.loudness import digest_of, loudness_of
from compiler.plan import overlap_of
from compiler.sounds import RATE, SoundReader, Sounds, decode_sounds, looped, padded, silence
from compiler.timeline import FRAME_RATE, Timeline

SOUNDS_PER_FRAME = RATE // FRAME_RATE
BLOCK = RATE
DUCKED = 0.3
_DUCK_DOWN, _DUCK_UP = RATE * 3 // 10, RATE // 2
_EDGE = RATE // 200
_KNEE = 0.9  # a track brought to its loudness stays below it

Corners = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Music:
    path: Path
    digest: str
    start: int
    seam: int
    end: int
    gain: tuple[tuple[float, float], ...]

    def sounds(self) -> Iterator[Sounds]:
        return looped(self.path, self.start, self.seam) if self.seam else decode_sounds(self.path, self.start)


@dataclass(frozen=True)
class Voice:
    """A clip's own sound, from `start` to `end` of the film."""

    path: Path
    digest: str
    start: int
    end: int
    skipped: int
    gain: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Mix:
    """Positions and lengths in sounds per channel; corners of gains are (position, factor)."""

    length: int
    music: Music | None
    voices: tuple[Voice, ...]
    _duck: tuple[tuple[tuple[float, float], ...], ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_duck", tuple(_ducking(voice) for voice in self.voices))

    def reader(self) -> SoundReader:
        return SoundReader(self._blocks())

    def description(self, first: int, last: int) -> str:
        """All that the sounds from `first` to `last` depend on."""
        parts = []
        if self.music and first < self.music.end:
            music = self.music
            ends = music.end if music.end < last else "later"
            gain = _cut_out(music.gain, first, last)
            parts.append(f"{music.digest} {music.start} {music.seam} {ends} {gain}")
            ducks = [duck for duck in self._duck if _moves(duck, first, last)]
            parts += [f"ducked {_cut_out(duck, first, last)}" for duck in ducks]
        for voice in self.voices:
            if voice.start < last and voice.end > first:
                gain = _cut_out(voice.gain, first, last)
                parts.append(f"{voice.digest} {voice.start} {voice.end} {voice.skipped} {gain}")
        return "\n".join(parts) + f"\n{min(last, self.length) - first}"

    def _blocks(self) -> Iterator[Sounds]:
        music = SoundReader(self.music.sounds()) if self.music else None
        voices = [_VoiceReader(voice) for voice in self.voices]
        for first in range(0, self.length, BLOCK):
            last = min(first + BLOCK, self.length)
            block = self._music_block(music, first, last)
            for voice in voices:
                voice.add_to(block, first)
            yield _limited(block)

    def _music_block(self, reader: SoundReader | None, first: int, last: int) -> Sounds:
        if reader is None or self.music is None or first >= self.music.end:
            return silence(last - first)
        block = padded(reader.read(min(last, self.music.end) - first), last - first)
        block *= _course(self.music.gain, first, last)
        for duck in self._duck:
            if _moves(duck, first, last):
                block *= _course(duck, first, last)
        return block


class _VoiceReader:
    """Opens its file only when its turn comes."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self._reader: SoundReader | None = None

    def add_to(self, block: Sounds, first: int) -> None:
        voice = self._voice
        start, end = max(first, voice.start), min(first + block.shape[1], voice.end)
        if start >= end:
            self._reader = None
            return
        if self._reader is None:
            self._reader = SoundReader(decode_sounds(voice.path, voice.skipped))
        sounds = padded(self._reader.read(end - start), end - start)
        block[:, start - first : end - first] += sounds * _course(voice.gain, start, end)


def _limited(block: Sounds) -> Sounds:
    """Peaks of two loud sounds at once are bent, not cut off flat, which would crackle."""
    sizes = np.abs(block)
    if sizes.max(initial=0.0) <= _KNEE:
        return block
    bent = _KNEE + (1 - _KNEE) * np.tanh((sizes - _KNEE) / (1 - _KNEE))
    return np.where(sizes > _KNEE, np.copysign(bent, block), block).astype(np.float32)


def _course(corners: Corners, first: int, last: int) -> NDArray[np.float32]:
    places, values = zip(*corners, strict=True)
    course: NDArray[np.float32] = np.interp(np.arange(first, last), places, values).astype(np.float32)
    return course


def _cut_out(corners: Corners, first: int, last: int) -> list[tuple[float, float]]:
    """The corners inside, and the course at both ends: equal for equal gains."""
    places, values = zip(*corners, strict=True)
    inside = [(place, value) for place, value in corners if first < place < last]
    ends = np.interp([first, last], places, values)
    cut = [(first, float(ends[0])), *inside, (last, float(ends[1]))]
    return [(round(place), round(value, 7)) for place, value in cut]


def _ducking(voice: Voice) -> tuple[tuple[float, float], ...]:
    return (
        (voice.start - _DUCK_DOWN, 1.0),
        (voice.start, DUCKED),
        (max(voice.start, voice.end - _DUCK_UP), DUCKED),
        (voice.end + 1, 1.0),
    )


def _moves(corners: Corners, first: int, last: int) -> bool:
    return corners[0][0] < last and corners[-1][0] > first


def mix_of(timeline: Timeline, layout: Layout, measurements: Path) -> Mix | None:
    """What the film sounds like, or None for a silent film."""
    length = layout.frames * SOUNDS_PER_FRAME
    placed = layout.soundtrack
    music = _music(placed, timeline, measurements) if placed else None
    voices = tuple(_voices(timeline, layout))
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


def _voices(timeline: Timeline, layout: Layout) -> Iterator[Voice]:
    """A shot's sound rises and falls with its transitions; at a cut just enough not to click."""
    for position, placed in enumerate(layout.shots):
        shot = timeline.shots[placed.index] if placed.index is not None else None
        if shot is None or shot.audio is None or not shot.audio_volume:
            continue
        before, after = overlap_of(layout, position)
        start, end = placed.film_start * SOUNDS_PER_FRAME, placed.film_end * SOUNDS_PER_FRAME
        rising = max(before * SOUNDS_PER_FRAME, _EDGE)
        falling = max(after * SOUNDS_PER_FRAME, _EDGE)
        volume = shot.audio_volume
        yield Voice(
            path=Path(shot.audio),
            digest=digest_of(Path(shot.audio)),
            start=start,
            end=end,
            skipped=placed.clip_start * SOUNDS_PER_FRAME,
            gain=((start, 0.0), (start + rising, volume), (end - falling, volume), (end, 0.0)),
        )
