"""IDR picture ids renumbered (H.264, 7.4.3).

Keyframes that follow each other at once are told apart by a number in their slice headers (H.264, 7.4.3).

Two of equal number are one picture to a decoder that goes by the stream alone. In a film they meet where a
part ends with a group of one frame.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import blake2b

from compiler.cache import SegmentCache
from compiler.codec.profile import ParameterSets
from compiler.container.mp4_writer import Sample
from compiler.errors import WrongProfile

_KEYFRAME_SLICE = 5
_HIGH_PROFILES = (100, 110, 122, 244, 44, 83, 86, 118, 128)
_HEADER_BYTES = 48  # more than any header of ours
_NEEDS_ESCAPE = re.compile(rb"\0\0(?=[\0-\3])")


def renumber_idr_pictures(
    samples: Iterable[Sample], sets: ParameterSets, cache: SegmentCache
) -> Iterator[Sample]:
    """The film's samples, renumbered (and kept in the cache) where one could be taken for the one before."""
    before: Sample | None = None
    for sample in samples:
        if before is not None and before.key and sample.key:
            number = idr_pic_id(_read(before), sets)
            if idr_pic_id(_read(sample), sets) == number:
                sample = _kept(sample, with_idr_pic_id(_read(sample), sets, 0 if number else 1), cache)
        yield sample
        before = sample


def _read(sample: Sample) -> bytes:
    with sample.path.open("rb") as file:
        file.seek(sample.offset)
        return file.read(sample.size)


def _kept(sample: Sample, data: bytes, cache: SegmentCache) -> Sample:
    key = f"keyframe {blake2b(data, digest_size=20).hexdigest()}"
    piece = cache.find(key) or cache.keep(key, [data], [0])
    return replace(sample, path=piece.path, offset=piece.data, size=len(data))


def idr_pic_id(sample: bytes, sets: ParameterSets) -> int:
    """The idr_pic_id of a keyframe, as MP4 holds it."""
    lengths = _Lengths.of(sets)
    for unit in _units(sample):
        if unit[0] & 31 == _KEYFRAME_SLICE:
            bits = _Bits(_without_emulation_prevention(unit[1:_HEADER_BYTES]))
            lengths.skip_to_number(bits)
            return bits.exponential()
    raise WrongProfile("A clip has a keyframe that is not one.")


def with_idr_pic_id(sample: bytes, sets: ParameterSets, number: int) -> bytes:
    """The same picture, bit for bit, as the keyframe of another number."""
    lengths = _Lengths.of(sets)
    units = [
        _renumbered(unit, lengths, number) if unit[0] & 31 == _KEYFRAME_SLICE else unit
        for unit in _units(sample)
    ]
    return b"".join(len(unit).to_bytes(4) + unit for unit in units)


@dataclass
class _Bits:
    data: bytes
    place: int = 0

    def take(self, count: int) -> int:
        last = -(-(self.place + count) // 8)
        value = int.from_bytes(self.data[:last]) >> (8 * last - self.place - count)
        self.place += count
        return value & ((1 << count) - 1)

    def exponential(self) -> int:
        """ue(v) of H.264."""
        zeros = 0
        while not self.take(1):
            zeros += 1
            if zeros > 31:
                raise WrongProfile("A clip has a header that cannot be read.")
        return (1 << zeros) - 1 + self.take(zeros)


@dataclass(frozen=True)
class _Lengths:
    """Of the fields whose length stands in the sequence parameter set; None where there is no such field."""

    frame: int
    order: int | None

    @classmethod
    def of(cls, sets: ParameterSets) -> "_Lengths":
        bits = _Bits(_without_emulation_prevention(sets.sequence[1:]))
        profile = bits.take(8)
        bits.take(16)
        bits.exponential()
        if profile in _HIGH_PROFILES and (bits.exponential() != 1 or bits.take(4) != 0b1100):
            raise WrongProfile("This clip is not 8 bit, 4:2:0.")
        frame = bits.exponential() + 4
        return cls(frame, bits.exponential() + 4 if bits.exponential() == 0 else None)

    def skip_to_number(self, bits: _Bits) -> None:
        for _ in range(3):  # first macroblock, kind of slice, picture parameter set
            bits.exponential()
        bits.take(self.frame)

    def skip_to_end(self, bits: _Bits) -> None:
        """What follows the number in a keyframe of ours: CABAC, loop filter under control, no fields."""
        if self.order is not None:
            bits.take(self.order)
        bits.take(2)  # how references are marked
        bits.exponential()  # quantiser
        if bits.exponential() != 1:  # loop filter
            bits.exponential()
            bits.exponential()


def _renumbered(unit: bytes, lengths: _Lengths, number: int) -> bytes:
    """Behind the header the coded pixels begin on a whole byte: they stay as they are."""
    content = _without_emulation_prevention(unit[1:])
    bits = _Bits(content[:_HEADER_BYTES])
    lengths.skip_to_number(bits)
    before = bits.place
    bits.exponential()
    after = bits.place
    lengths.skip_to_end(bits)
    size = -(-bits.place // 8)
    header = f"{int.from_bytes(content[:size]):0{8 * size}b}"
    coded = "0" * ((number + 1).bit_length() - 1) + f"{number + 1:b}"
    header = header[:before] + coded + header[after : bits.place]
    header += "1" * (-len(header) % 8)
    changed = int(header, 2).to_bytes(len(header) // 8) + content[size:]
    return unit[:1] + _NEEDS_ESCAPE.sub(b"\0\0\3", changed)


def _without_emulation_prevention(content: bytes) -> bytes:
    return content.replace(b"\0\0\3", b"\0\0")


def _units(sample: bytes) -> list[bytes]:
    units, place = [], 0
    while place + 4 < len(sample):
        end = place + 4 + int.from_bytes(sample[place : place + 4])
        units.append(sample[place + 4 : end])
        place = end
    return units
