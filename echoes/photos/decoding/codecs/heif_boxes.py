"""HEIF box parser: whether the primary item of a HEIC or AVIF file is rotated, and its colours.

The libraries apply a turn that the boxes speak of, and forget about one that stands in EXIF alone. Nor do
they all tell the colours that stand in numbers instead of a profile (`nclx`, by ITU-T H.273).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_MOST = 16 * 1024 * 1024
_TURNS = (b"irot", b"imir")


@dataclass(frozen=True)
class Properties:
    """Of the main picture."""

    is_turned: bool
    primaries: int = 2
    transfer: int = 2
    brightest: float = 0.0
    """In candela per square metre; 0: not said."""


def read_properties(path: Path) -> Properties:
    """Of a file whose boxes make no sense, what the libraries make of it is believed."""
    try:
        meta = next(_content(path, b"meta"))
        boxes = dict(_boxes(meta, 4))
        found = _of_item(_main_item(boxes[b"pitm"]), list(_boxes(boxes[b"iprp"], 0)))
    except (StopIteration, KeyError, IndexError, struct.error):
        return Properties(is_turned=True)
    return _properties(found)


def _properties(boxes: list[tuple[bytes, bytes]]) -> Properties:
    primaries, transfer, brightest = 2, 2, 0.0
    for kind, content in boxes:
        if kind == b"colr" and content[:4] == b"nclx" and len(content) >= 8:
            primaries, transfer = struct.unpack_from(">HH", content, 4)
        elif kind == b"mdcv" and len(content) >= 20:
            brightest = struct.unpack_from(">I", content, 16)[0] / 10_000
    return Properties(any(kind in _TURNS for kind, _ in boxes), primaries, transfer, brightest)


def _content(path: Path, wanted: bytes) -> Iterator[bytes]:
    """Of the boxes of this kind at the file's top."""
    end = path.stat().st_size
    with path.open("rb") as file:
        position = 0
        while position + 8 <= end:
            file.seek(position)
            head = file.read(16)
            length, kind = struct.unpack_from(">I4s", head)
            before = 8
            if length == 1:
                length, before = struct.unpack_from(">Q", head, 8)[0], 16
            length = length or end - position
            if length < before:
                return
            if kind == wanted and length <= _MOST:
                file.seek(position + before)
                yield file.read(length - before)
            position += length


def _boxes(data: bytes, position: int) -> Iterator[tuple[bytes, bytes]]:
    while position + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        if length < 8:
            return
        yield kind, data[position + 8 : position + length]
        position += length


def _main_item(content: bytes) -> int:
    item: int = struct.unpack_from(">I" if content[0] else ">H", content, 4)[0]
    return item


def _of_item(item: int, tables: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Its properties in their order. Colours that stand with its tiles alone count for it too."""
    properties = list(_boxes(dict(tables)[b"ipco"], 0))
    own = [
        properties[index - 1]
        for kind, content in tables
        if kind == b"ipma"
        for owner, index in _associations(content)
        if owner == item and 0 < index <= len(properties)
    ]
    if any(kind == b"colr" for kind, _ in own):
        return own
    return own + [one for one in properties if one[0] in (b"colr", b"mdcv")]


def _associations(content: bytes) -> Iterator[tuple[int, int]]:
    """Items, and the numbers of their properties."""
    version, is_wide = content[0], content[3] & 1
    count, position = struct.unpack_from(">I", content, 4)[0], 8
    for _ in range(count):
        item = struct.unpack_from(">I" if version else ">H", content, position)[0]
        position += 4 if version else 2
        for _ in range(content[position]):
            position += 1
            index = content[position] & 0x7F
            if is_wide:
                position += 1
                index = index << 8 | content[position]
            yield item, index
        position += 1
