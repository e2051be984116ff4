"""MP4 reader (demuxer): the sample table of a clip, where each frame lies, when it shows, what it needs."""

import os
import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from compiler.codec.profile import FRAMES_PER_SECOND, ParameterSets, Size, parse_parameter_sets
from compiler.errors import FileMissing, NotAVideo, WrongProfile

_LARGEST_INDEX = 64 << 20
_MOST_FRAMES = 6 * 3600 * FRAMES_PER_SECOND
_VISUAL_ENTRY = 78


@dataclass(frozen=True)
class SampleTable:
    """Samples in decoding order; `display[n]` is the frame that sample n shows.

    All groups are closed: what lies between two keyframes needs nothing outside.
    """

    path: Path
    size: Size
    configuration: bytes
    parameter_sets: ParameterSets
    offsets: tuple[int, ...]
    sizes: tuple[int, ...]
    presentation_order: tuple[int, ...]
    keyframes: tuple[int, ...]

    @property
    def frames(self) -> int:
        return len(self.sizes)

    def group_of(self, frame: int) -> tuple[int, int]:
        """The first frame of the group that holds this frame, and the first one behind the group."""
        place = bisect_right(self.keyframes, frame)
        end = self.keyframes[place] if place < len(self.keyframes) else self.frames
        return self.keyframes[place - 1], end

    def prefix_end(self, frame: int) -> int:
        """The greatest place up to `frame` where the group can be cut off: all before it is decoded first."""
        start, _ = self.group_of(frame)
        end, highest = start, start - 1
        for sample in range(start, frame):
            highest = max(highest, self.presentation_order[sample])
            if highest >= frame:
                break
            if highest == sample:
                end = sample + 1
        return end

    def needed_for(self, first: int, last: int) -> range:
        """The samples to decode, in order, so that frames `first` up to `last` (not included) come out."""
        start, _ = self.group_of(first)
        group_start, group_end = self.group_of(last - 1)
        wanted = [
            sample for sample in range(group_start, group_end) if self.presentation_order[sample] < last
        ]
        return range(start, max(wanted) + 1)


def read_sample_table(path: Path) -> SampleTable:
    if not path.is_file():  # a pipe would keep us waiting
        raise FileMissing(f"The clip {path.name} cannot be opened.")
    try:
        with path.open("rb") as file:
            index = _find_index(file.fileno())
    except OSError as error:
        raise FileMissing(f"The clip {path.name} cannot be opened.") from error
    try:
        return _parse(path, index)
    except (struct.error, IndexError, KeyError, ValueError) as error:
        raise WrongProfile(f"{path.name} is not a clip that films can be made from.") from error


def _find_index(descriptor: int) -> bytes:
    """The moov box, wherever it is; the media itself is not read."""
    position, size = 0, os.fstat(descriptor).st_size
    while position + 8 <= size:
        header = os.pread(descriptor, 16, position)
        length, kind = struct.unpack_from(">I4s", header)
        skip = 8
        if length == 1 and len(header) == 16:
            length, skip = struct.unpack_from(">Q", header, 8)[0], 16
        elif length == 0:
            length = size - position
        if length < skip or position + length > size or (kind == b"moov" and length > _LARGEST_INDEX):
            break
        if kind == b"moov":
            return os.pread(descriptor, length - skip, position + skip)
        position += length
    raise NotAVideo("This file is not a complete MP4 video.")


def boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = 0
    while position + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        skip = 8
        if length == 1:
            length, skip = struct.unpack_from(">Q", data, position + 8)[0], 16
        if length < skip or position + length > len(data):
            raise ValueError("a box is longer than what holds it")
        yield kind, data[position + skip : position + length]
        position += length


def _inside(data: bytes, *path: bytes) -> bytes:
    for kind in path:
        data = dict(boxes(data))[kind]
    return data


def _parse(path: Path, index: bytes) -> SampleTable:
    track = _video_track(index)
    media = _inside(track, b"mdia")
    header = _inside(media, b"mdhd")
    time_scale = struct.unpack_from(">I", header, 20 if header[0] else 12)[0]
    table = dict(boxes(_inside(media, b"minf", b"stbl")))
    entry = dict(boxes(table[b"stsd"][8:]))[b"avc1"]
    configuration = _inside(entry[_VISUAL_ENTRY:], b"avcC")
    sizes = _sizes(table[b"stsz"])
    _check_rate(table[b"stts"], time_scale, len(sizes))
    display = _presentation_order(table.get(b"ctts"), time_scale // FRAMES_PER_SECOND, len(sizes))
    keyframes = _keyframes(table.get(b"stss"), len(sizes))
    _check_groups(display, keyframes)
    return SampleTable(
        path=path,
        size=struct.unpack_from(">HH", entry, 24),
        configuration=configuration,
        parameter_sets=parse_parameter_sets(configuration),
        offsets=_offsets(table, sizes),
        sizes=sizes,
        presentation_order=display,
        keyframes=keyframes,
    )


def _video_track(index: bytes) -> bytes:
    tracks = [content for kind, content in boxes(index) if kind == b"trak"]
    videos = [track for track in tracks if _inside(track, b"mdia", b"hdlr")[8:12] == b"vide"]
    if len(videos) != 1:
        raise ValueError("not one video track")
    return videos[0]


def _numbers(content: bytes, place: int, count: int, form: str = "I") -> tuple[int, ...]:
    if not 0 <= count <= _MOST_FRAMES:
        raise ValueError("more entries than any clip has")
    return struct.unpack_from(f">{count}{form}", content, place)


def _sizes(content: bytes) -> tuple[int, ...]:
    equal, count = struct.unpack_from(">II", content, 4)
    sizes = (equal,) * count if equal and count <= _MOST_FRAMES else _numbers(content, 12, count)
    if not sizes or not all(sizes):
        raise ValueError("no frames")
    return sizes


def _runs(content: bytes, signed: bool = False) -> list[tuple[int, int]]:
    count = struct.unpack_from(">I", content, 4)[0]
    values = _numbers(content, 8, 2 * count, "i" if signed else "I")
    return list(zip(values[::2], values[1::2], strict=True))


def _check_rate(content: bytes, time_scale: int, frames: int) -> None:
    runs = _runs(content)
    step = time_scale // FRAMES_PER_SECOND
    if step * FRAMES_PER_SECOND != time_scale or sum(count for count, _ in runs) != frames:
        raise ValueError("not at the films' frame rate")
    if any(delta != step for _, delta in runs):
        raise ValueError("frames of unequal length")


def _presentation_order(content: bytes | None, step: int, frames: int) -> tuple[int, ...]:
    """Composition offsets count from the smallest: an edit list's start is the first frame shown."""
    if content is None:
        return tuple(range(frames))
    runs = _runs(content, signed=True)
    if sum(count for count, _ in runs) != frames:
        raise ValueError("offsets do not match the frames")
    offsets = [offset for count, offset in runs for _ in range(count)]
    times = [sample * step + offset for sample, offset in enumerate(offsets)]
    start = min(times)
    display = tuple((time - start) // step for time in times)
    if sorted(display) != list(range(frames)):
        raise ValueError("frames are missing")
    return display


def _keyframes(content: bytes | None, frames: int) -> tuple[int, ...]:
    if content is None:
        return tuple(range(frames))
    count = struct.unpack_from(">I", content, 4)[0]
    return tuple(number - 1 for number in _numbers(content, 8, count))


def _check_groups(display: tuple[int, ...], keyframes: tuple[int, ...]) -> None:
    """A keyframe shows before all that is decoded after it, and after all that is decoded before."""
    if not keyframes or keyframes[0] != 0 or list(keyframes) != sorted(set(keyframes)):
        raise ValueError("does not begin with a keyframe")
    for start, end in zip(keyframes, (*keyframes[1:], len(display)), strict=True):
        if display[start] != start or min(display[start:end]) != start or max(display[start:end]) != end - 1:
            raise ValueError("a group of frames is open")


def _offsets(table: dict[bytes, bytes], sizes: tuple[int, ...]) -> tuple[int, ...]:
    wide = b"co64" in table
    chunk_table = table[b"co64" if wide else b"stco"]
    chunks = _numbers(chunk_table, 8, struct.unpack_from(">I", chunk_table, 4)[0], "Q" if wide else "I")
    count = struct.unpack_from(">I", table[b"stsc"], 4)[0]
    runs = _numbers(table[b"stsc"], 8, 3 * count)
    firsts = [*runs[::3], len(chunks) + 1]
    offsets: list[int] = []
    for run in range(count):
        for chunk in range(firsts[run] - 1, firsts[run + 1] - 1):
            position = chunks[chunk]
            for size in sizes[len(offsets) : len(offsets) + runs[3 * run + 1]]:
                offsets.append(position)
                position += size
    if len(offsets) != len(sizes):
        raise ValueError("chunks do not match the frames")
    return tuple(offsets)
