"""Render plan: which frames of a film are copied and which are encoded."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from compiler.container.mp4_reader import SampleTable
from compiler.timeline.layout import Layout, PlacedShot, overlap_of

SHORTEST_COPY = 4
LONGEST_SEGMENT = 96
SHORTEST_ALONE = 12
"""A body, or what is left of it, shorter than this goes with the transition behind it."""


@dataclass(frozen=True, slots=True)
class ShotFrames:
    """Frames of one placed shot, from frame `start` of the clip (or card) on."""

    position: int
    first: int


@dataclass(frozen=True, slots=True)
class FrameRun:
    """Frames made in one way: one shot alone, or `offset` frames into a transition of `total`."""

    frames: int
    before: ShotFrames
    after: ShotFrames | None = None
    kind: str = "cut"
    offset: int = 0
    total: int = 0
    brightness: tuple[float, ...] = ()
    """Of each frame, 0 to 1, in a fade; nothing where all are as they are."""


@dataclass(frozen=True, slots=True)
class CopiedSpan:
    """Samples of a clip that go into the film as they are."""

    table: SampleTable
    start: int
    end: int

    @property
    def frames(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Segment:
    """Frames to decode, blend and encode; the unit of work and of the cache."""

    stretches: tuple[FrameRun, ...]

    @property
    def frames(self) -> int:
        return sum(stretch.frames for stretch in self.stretches)


Piece = CopiedSpan | Segment


def plan_film(layout: Layout, tables: Mapping[int, SampleTable]) -> list[Piece]:
    """The film's pieces in order. `tables` holds the placed shots whose samples may be copied."""
    pieces: list[Piece] = []
    made_from = 0
    for position, shot in enumerate(layout.shots):
        if position not in tables:
            continue
        for first, last in _undimmed(layout, _free(layout, position)):
            copied = _copyable(tables[position], first + _shift(shot), last + _shift(shot))
            if copied is None:
                continue
            pieces.extend(_segments(layout, made_from, copied.start - _shift(shot)))
            pieces.append(copied)
            made_from = copied.end - _shift(shot)
    pieces.extend(_segments(layout, made_from, layout.frames))
    return pieces


def _shift(shot: PlacedShot) -> int:
    """What turns a frame of the film into a frame of the shot's clip."""
    return shot.clip_start - shot.film_start


def body(layout: Layout, position: int) -> tuple[int, int]:
    """The film's frames in which this shot is alone."""
    shot = layout.shots[position]
    before, after = overlap_of(layout, position)
    return shot.film_start + before, shot.film_end - after


def _free(layout: Layout, position: int) -> Iterator[tuple[int, int]]:
    """The parts of the body on which nothing is drawn."""
    shot = layout.shots[position]
    start, end = body(layout, position)
    if shot.mark:
        return
    if shot.caption:
        yield start, shot.caption_start
        start = shot.caption_end
    yield start, end


def _undimmed(layout: Layout, spans: Iterator[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What fades of the whole film leave of these spans."""
    for first, last in spans:
        first, last = max(first, layout.fade_in), min(last, layout.frames - layout.fade_out)
        if first < last:
            yield first, last


def _copyable(table: SampleTable, first: int, last: int) -> CopiedSpan | None:
    """The longest run inside these frames that begins on a keyframe and can be cut off at its end."""
    start = next((frame for frame in table.keyframes if frame >= first), last)
    if start >= last:
        return None
    end = last
    if last != table.frames and last not in table.keyframes:
        end = table.prefix_end(last)
        if last - end == 1:
            # A segment must not be one frame: two keyframes in a row may look like one picture to a decoder.
            end = table.prefix_end(end - 1) if end - 1 not in table.keyframes else end - 1
    return CopiedSpan(table, start, end) if end - start >= SHORTEST_COPY else None


def _segments(layout: Layout, first: int, last: int) -> Iterator[Segment]:
    """Frames `start` to `end` of the film as segments, cut where a cut keeps the cache useful."""
    places = sorted({first, last, *_cut_places(layout, first, last)})
    # A shot of one frame goes with its neighbour: see `_copyable`.
    apart = [place for before, place in pairwise(places) if place - before > 1 and last - place > 1]
    for start, end in pairwise([first, *apart, last] if places[1:] else []):
        yield Segment(tuple(_stretches(layout, start, end)))


def _cut_places(layout: Layout, first: int, last: int) -> Iterator[int]:
    """Bodies stand for themselves, long ones in parts: then no transition hangs on their captions and trims,
    and however clips follow each other, there are pieces for every processor. So do the film's fades."""
    for place in (layout.fade_in, layout.frames - layout.fade_out):
        if first < place < last:
            yield place
    for position in _seen(layout, first, last):
        start, end = body(layout, position)
        start, end = max(start, first), min(end, last)
        if end - start >= SHORTEST_ALONE:
            yield from range(start, end - LONGEST_SEGMENT // 2, LONGEST_SEGMENT)
            yield from (start, end)
        elif first < start <= end < last:
            yield start


def _seen(layout: Layout, first: int, last: int) -> range:
    """The shots that have frames between these two of the film."""
    start = bisect_right(layout.shots, first, key=lambda shot: shot.film_end)
    return range(start, bisect_left(layout.shots, last, key=lambda shot: shot.film_start))


def _stretches(layout: Layout, first: int, last: int) -> Iterator[FrameRun]:
    for position in _seen(layout, first, last):
        shot = layout.shots[position]
        start, end = body(layout, position)
        start, end = max(start, first), min(end, last)
        if start < end:
            before = ShotFrames(position, start + _shift(shot))
            yield FrameRun(end - start, before, brightness=_brightness(layout, start, end))
        if position == len(layout.transitions):
            break
        transition = layout.transitions[position]
        start = max(transition.start, first)
        end = min(transition.start + transition.frames, last)
        if start < end:
            following = layout.shots[position + 1]
            yield FrameRun(
                frames=end - start,
                before=ShotFrames(position, start + _shift(shot)),
                after=ShotFrames(position + 1, start + _shift(following)),
                kind=transition.kind,
                offset=start - transition.start,
                total=transition.frames,
                brightness=_brightness(layout, start, end),
            )


def _brightness(layout: Layout, first: int, last: int) -> tuple[float, ...]:
    if first >= layout.fade_in and last <= layout.frames - layout.fade_out:
        return ()
    return tuple(layout.brightness(frame) for frame in range(first, last))
