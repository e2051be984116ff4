"""Music as samples: one track, repeated where it is too short, or several after one another in crossfades."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from compiler.audio.loudness import MusicLevels, digest_of
from compiler.audio.samples import (
    RATE,
    SampleReader,
    Samples,
    decode_samples,
    fade_in_curve,
    looped,
    padded,
    silence,
)
from compiler.timeline.levels import music_gain
from compiler.timeline.model import Timeline
from compiler.timeline.music import Breakpoints, PlacedSoundtrack, PlacedTrack


class Music(Protocol):
    """`end` and the breakpoints of the gain envelope are positions in the film."""

    @property
    def end(self) -> int: ...

    @property
    def gain(self) -> Breakpoints: ...

    def sounds(self) -> Iterator[Samples]: ...

    def description(self, first: int, last: int) -> str:
        """Which samples are heard from `first` to `last`, before the gain."""
        ...


@dataclass(frozen=True)
class OneTrack:
    path: Path
    digest: str
    start: int
    seam: int
    end: int
    gain: Breakpoints

    def sounds(self) -> Iterator[Samples]:
        return (
            looped(self.path, self.start, self.seam) if self.seam else decode_samples(self.path, self.start)
        )

    def description(self, first: int, last: int) -> str:
        return f"{self.digest} {self.start} {self.seam}"


@dataclass(frozen=True)
class TrackSamples:
    """A track from `start` to `end` of the film; `factor` brings it to the loudness of the others."""

    path: Path
    digest: str
    skipped: int
    start: int
    end: int
    fade_in: int
    fade_out: int
    factor: float

    def described(self) -> str:
        place = f"{self.skipped} {self.start} {self.end}"
        return f"{self.digest} {place} {self.fade_in} {self.fade_out} {self.factor}"


@dataclass(frozen=True)
class TrackSequence:
    tracks: tuple[TrackSamples, ...]
    end: int
    gain: Breakpoints

    def sounds(self) -> Iterator[Samples]:
        return crossfaded(self.tracks)

    def description(self, first: int, last: int) -> str:
        heard = (track for track in self.tracks if track.start < last and track.end > first)
        return "\n".join(track.described() for track in heard)


def crossfaded(tracks: Sequence[TrackSamples]) -> Iterator[Samples]:
    """One after another; in a crossfade both keep their loudness. A track that is shorter than it says is
    silent at its end."""
    ending = silence(0)
    for track in tracks:
        reader = SampleReader(decode_samples(track.path, track.skipped))
        if track.fade_in:
            beginning = padded(reader.read(track.fade_in), track.fade_in) * track.factor
            yield beginning * fade_in_curve(track.fade_in) + ending
        left = track.end - track.start - track.fade_in - track.fade_out
        while left > 0:
            count = min(left, RATE)
            yield padded(reader.read(count), count) * track.factor
            left -= count
        ending = padded(reader.read(track.fade_out), track.fade_out) * track.factor
        ending = ending * fade_in_curve(track.fade_out)[::-1]
    yield ending


def music_of(placed: PlacedSoundtrack, timeline: Timeline, levels: MusicLevels) -> Music:
    """Brought to the loudness of films, unless its timeline says otherwise."""
    end = round(placed.end * RATE)
    if timeline.soundtrack is None or not timeline.soundtrack.further:
        path = Path(placed.music)
        digest = digest_of(path)
        factor = _factor(path, digest, placed.volume, timeline, levels)
        gain = tuple((time * RATE, value * factor) for time, value in placed.gain)
        return OneTrack(path, digest, round(placed.start * RATE), round(placed.seam * RATE), end, gain)
    gain = tuple((time * RATE, value) for time, value in placed.gain)
    return TrackSequence(tuple(_in_samples(placed, timeline, levels)), end, gain)


def _in_samples(placed: PlacedSoundtrack, timeline: Timeline, levels: MusicLevels) -> Iterator[TrackSamples]:
    """Rounded so that each track begins in the very sample in which the one before it begins to fade."""
    digests = {track.music: digest_of(Path(track.music)) for track in placed.tracks}
    before = 0
    for place, track in enumerate(placed.tracks):
        start, end = round(track.start * RATE), round(track.end * RATE)
        after = _overlap(placed.tracks, place, end)
        path, digest = Path(track.music), digests[track.music]
        factor = _factor(path, digest, placed.volume, timeline, levels)
        yield TrackSamples(path, digest, round(track.skipped * RATE), start, end, before, after, factor)
        before = after


def _overlap(tracks: Sequence[PlacedTrack], place: int, end: int) -> int:
    return end - round(tracks[place + 1].start * RATE) if place + 1 < len(tracks) else 0


def _factor(path: Path, digest: str, volume: float, timeline: Timeline, levels: MusicLevels) -> float:
    if timeline.soundtrack is None or not timeline.soundtrack.normalise:
        return 1.0
    return music_gain(levels.of(path, digest), volume)
