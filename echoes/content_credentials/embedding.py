"""Where a manifest goes in an MP4 (ISO/IEC 14496-12): into room before the index, which a `free` box keeps.

Imports nothing of ours but the error classes.
"""

import errno
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from echoes.errors import InternalError

MANIFEST = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
"""The kind of `uuid` box that holds one (C2PA)."""
HEADER, LONG_HEADER = 8, 16
CHUNK = 1 << 20
_HOLDERS = (b"moov", b"trak", b"mdia", b"minf", b"stbl")
_OFFSETS = {b"stco": "I", b"co64": "Q"}


class NotAnMp4(InternalError):
    """Or one whose index cannot be read."""

    code = "unreadable_index"


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes of a file that say nothing."""

    start: int
    end: int

    @property
    def size(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class _Box:
    kind: bytes
    start: int
    end: int


def media_in(file: BinaryIO) -> list[tuple[int, int]]:
    """Where the media data of each `mdat` begin and end as C2PA hashes them: sixteen bytes are its header,
    whichever form its length has. Raises NotAnMp4."""
    boxes = [box for box in _outermost(file) if box.kind == b"mdat"]
    return [(min(box.start + LONG_HEADER, box.end), box.end) for box in boxes]


def room_in(file: BinaryIO) -> Room | None:
    """What a manifest may overwrite: behind the file's type, `free` boxes, or a manifest from before.
    Raises NotAnMp4."""
    first, *others = _outermost(file)
    end = first.end
    for box in others:
        if box.kind != b"free" and not _is_manifest(file, box):
            break
        end = box.end
    return Room(first.end, end) if end > first.end else None


def copy_with_room(source: BinaryIO, target: BinaryIO, size: int) -> Room:
    """The same file with so much room before its index. Raises NotAnMp4."""
    first, *others = _outermost(source)
    before = room_in(source) or Room(first.end, first.end)
    _copy(source, target, 0, first.end)
    target.write(struct.pack(">I4s", size, b"free").ljust(size, b"\0"))
    for box in others:
        if box.kind == b"moov":
            target.write(_moved(source, box, size - before.size))
        elif box.start >= before.end:
            _copy(source, target, box.start, box.end)
    return Room(first.end, first.end + size)


def put(file: BinaryIO, room: Room, manifest: bytes) -> None:
    """In one write. Raises NotAnMp4 where it does not fit, OSError where the disk is full."""
    left = room.size - len(manifest)
    if left < 0 or 0 < left < HEADER:
        raise NotAnMp4(f"{len(manifest)} bytes do not fit into {room.size}")
    rest = struct.pack(">I4s", left, b"free") if left else b""
    written = os.pwrite(file.fileno(), manifest + rest, room.start)
    if written != len(manifest) + len(rest):
        raise OSError(errno.ENOSPC, f"{written} bytes of a manifest of {len(manifest)} were written")


def _outermost(file: BinaryIO) -> list[_Box]:
    found, place, size = list[_Box](), 0, os.fstat(file.fileno()).st_size
    while place < size:
        head = os.pread(file.fileno(), LONG_HEADER, place)
        if len(head) < HEADER:
            raise NotAnMp4("it ends within a box")
        length, kind = struct.unpack_from(">I4s", head)
        if length == 1 and len(head) == LONG_HEADER:
            (length,) = struct.unpack_from(">Q", head, HEADER)
        end = place + length if length else size
        if not place + HEADER <= end <= size:
            raise NotAnMp4("a box is longer than the file")
        found.append(_Box(kind, place, end))
        place = end
    if not found or found[0].kind != b"ftyp":
        raise NotAnMp4("it does not begin with its type")
    return found


def _is_manifest(file: BinaryIO, box: _Box) -> bool:
    return box.kind == b"uuid" and os.pread(file.fileno(), len(MANIFEST), box.start + HEADER) == MANIFEST


def _copy(source: BinaryIO, target: BinaryIO, start: int, end: int) -> None:
    source.seek(start)
    while start < end:
        data = source.read(min(CHUNK, end - start))
        if not data:
            raise NotAnMp4("it became shorter")
        target.write(data)
        start += len(data)


def _moved(file: BinaryIO, index: _Box, by: int) -> bytes:
    """The index, for media that lie so much farther behind."""
    data = bytearray(os.pread(file.fileno(), index.end - index.start, index.start))
    try:
        for form, place in _offset_tables(data, 0, len(data)):
            (count,) = struct.unpack_from(">I", data, place)
            numbers = struct.unpack_from(f">{count}{form}", data, place + 4)
            struct.pack_into(f">{count}{form}", data, place + 4, *(number + by for number in numbers))
    except struct.error as error:
        raise NotAnMp4("its index cannot be read") from error
    return bytes(data)


def _offset_tables(data: bytearray, start: int, end: int) -> Iterator[tuple[str, int]]:
    """Of the chunks of all tracks: the form of a number, and where their count stands."""
    while start + HEADER <= end:
        length, kind = struct.unpack_from(">I4s", data, start)
        if not start + HEADER <= start + length <= end:
            raise NotAnMp4("its index cannot be read")
        if kind in _HOLDERS:
            yield from _offset_tables(data, start + HEADER, start + length)
        elif kind in _OFFSETS:
            yield _OFFSETS[kind], start + HEADER + 4
        start += length
