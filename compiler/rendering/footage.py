"""Frame sources of a segment: clips as they are, clips fitted to another size, cards."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from av.video.frame import VideoFrame

from compiler.codec.profile import FULL_RANGE, Size
from compiler.container.mp4_reader import SampleTable
from compiler.picture.planes import from_frame, to_frame
from compiler.rendering.decoding import ClipReader, Decoders, open_clip
from compiler.timeline.layout import Layout, PlacedShot

if TYPE_CHECKING:
    from compiler.text.titles import Lettering

FADE_FRAMES = 10
_GROUND = "#000000"


class Footage(Protocol):
    """Frames of one shot, at the film's size. Equal digests mean equal frames."""

    def frames(self, first: int, last: int) -> Iterator[VideoFrame]: ...

    def digest(self, first: int, last: int) -> str: ...


@dataclass(frozen=True)
class ClipFootage:
    reader: ClipReader
    size: Size
    fit: str

    def frames(self, first: int, last: int) -> Iterator[VideoFrame]:
        for frame in self.reader.frames(first, last):
            yield frame if self._fits(frame) else self._fitted(frame)

    def digest(self, first: int, last: int) -> str:
        return f"{self.reader.digest(first, last)} {self.size} {self.fit}"

    def _fits(self, frame: VideoFrame) -> bool:
        """As decoded, for a clip of another profile may have another depth or range than its file says."""
        fits = (frame.width, frame.height) == self.size and frame.format.name == "yuv420p"
        return fits and frame.color_range != FULL_RANGE

    def _fitted(self, frame: VideoFrame) -> VideoFrame:
        from compiler.picture.framing import Fit, fitted

        return fitted(frame, self.size, Fit(self.fit), _GROUND)


@dataclass(frozen=True)
class CardFootage:
    lettering: "Lettering"
    length: int

    def frames(self, first: int, last: int) -> Iterator[VideoFrame]:
        for number in range(first, last):
            yield to_frame(self.lettering.on_ground(presence_at(number, 0, self.length)))

    def digest(self, first: int, last: int) -> str:
        return f"card {self.lettering.digest} {first}-{last} of {self.length}"


@dataclass(frozen=True)
class LetteredFootage:
    """Footage with a caption or a mark over the frames from `start` to `end`."""

    footage: Footage
    lettering: "Lettering"
    start: int
    end: int

    def frames(self, first: int, last: int) -> Iterator[VideoFrame]:
        for number, frame in enumerate(self.footage.frames(first, last), first):
            presence = presence_at(number, self.start, self.end)
            yield to_frame(self.lettering.over(from_frame(frame), presence)) if presence else frame

    def digest(self, first: int, last: int) -> str:
        below = self.footage.digest(first, last)
        if last <= self.start or first >= self.end:
            return below
        return f"{below} caption {self.lettering.digest} {self.start}-{self.end}"


def presence_at(number: int, start: int, end: int) -> float:
    """Fades in after `start` and out before `end`; 0 outside."""
    if not start <= number < end:
        return 0.0
    fade = min(FADE_FRAMES, max(1, (end - start) // 3))
    return min(1.0, (number - start + 1) / (fade + 1), (end - number) / (fade + 1))


class FootageCache:
    """Opens the footage of a film's shots for one segment at a time: few files are open at once."""

    def __init__(self, layout: Layout, tables: dict[str, SampleTable], size: Size, fit: str) -> None:
        self._layout, self._tables, self._size, self._fit = layout, tables, size, fit
        self._decoders = Decoders()

    @contextmanager
    def open(self, position: int) -> Iterator[Footage]:
        shot = self._layout.shots[position]
        if shot.clip is None:
            from compiler.text.titles import card_lettering

            style = self._layout.title_style
            lettering = card_lettering(shot.text or "", self._size, shot.subtitle or "", style)
            yield CardFootage(lettering, shot.frames)
            return
        with open_clip(self._tables[shot.clip], self._decoders) as reader:
            footage = self._marked(ClipFootage(reader, self._size, self._fit), shot)
            yield self._captioned(footage, shot)

    def _marked(self, footage: Footage, shot: PlacedShot) -> Footage:
        if not shot.mark or shot.mark_start >= shot.mark_end:
            return footage
        from compiler.text.titles import mark_lettering

        shift, lettering = shot.clip_start - shot.film_start, mark_lettering(shot.mark, self._size)
        return LetteredFootage(footage, lettering, shot.mark_start + shift, shot.mark_end + shift)

    def _captioned(self, footage: Footage, shot: PlacedShot) -> Footage:
        if not shot.caption or shot.caption_start >= shot.caption_end:
            return footage
        from compiler.text.titles import caption_lettering

        shift = shot.clip_start - shot.film_start
        lettering = caption_lettering(shot.caption, self._size, self._layout.title_style)
        return LetteredFootage(footage, lettering, shot.caption_start + shift, shot.caption_end + shift)
