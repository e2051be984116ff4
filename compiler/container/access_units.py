"""IDR picture ids renumbered (H.264, 7.4.3).

Keyframes that follow each other at once are told apart by a number in their slice headers (H.264, 7.4.3).

Two of equal number are one picture to a decoder that goes by the stream alone. In a film they meet where a
part ends with a group of one frame.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import blake2b

from compiler.cache import SegmentCache
from compiler.codec.parameter_sets import (
    ParameterSets,
    bits_of,
    bytes_of,
    with_emulation_prevention,
    without_emulation_prevention,
)
from compiler.container.mp4_writer import Sample
from compiler.errors import WrongProfile

_KEYFRAME_SLICE = 5
_HIGH_PROFILES = (100, 110, 122, 244, 44, 83, 86, 118, 128)
_HEADER_BYTES = 48  # more than any header of ours
_CLIPS_PICTURE_SET = 0
"""Coded by CABAC. The other one, of segments, is not."""


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
            bits = _Bits(without_emulation_prevention(unit[1:_HEADER_BYTES]))
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
        bits = _Bits(without_emulation_prevention(sets.sequence[1:]))
        profile = bits.take(8)
        bits.take(16)
        bits.exponential()
        if profile in _HIGH_PROFILES and (bits.exponential() != 1 or bits.take(4) != 0b1100):
            raise WrongProfile("This clip is not 8 bit, 4:2:0.")
        frame = bits.exponential() + 4
        return cls(frame, bits.exponential() + 4 if bits.exponential() == 0 else None)

    def skip_to_number(self, bits: _Bits) -> int:
        """Returns the id of the picture parameter set, which stands before."""
        for _ in range(2):  # first macroblock, kind of slice
            bits.exponential()
        picture_set = bits.exponential()
        bits.take(self.frame)
        return picture_set

    def skip_to_end(self, bits: _Bits) -> None:
        """What follows the number in a keyframe of ours: loop filter under control, no fields."""
        if self.order is not None:
            bits.take(self.order)
        bits.take(2)  # how references are marked
        bits.exponential()  # quantiser
        if bits.exponential() != 1:  # loop filter
            bits.exponential()
            bits.exponential()


def _renumbered(unit: bytes, lengths: _Lengths, number: int) -> bytes:
    content = without_emulation_prevention(unit[1:])
    bits = _Bits(content[:_HEADER_BYTES])
    picture_set = lengths.skip_to_number(bits)
    before = bits.place
    bits.exponential()
    coded = "0" * ((number + 1).bit_length() - 1) + f"{number + 1:b}"
    if picture_set == _CLIPS_PICTURE_SET:
        changed = _with_number_in_header(content, before, bits, lengths, coded)
    else:
        changed = _with_number_and_all_moved(content, before, bits.place, coded)
    return unit[:1] + with_emulation_prevention(changed)


def _with_number_in_header(content: bytes, before: int, bits: _Bits, lengths: _Lengths, coded: str) -> bytes:
    """By CABAC, coded pixels begin on a whole byte behind the header: they stay as they are."""
    after = bits.place
    lengths.skip_to_end(bits)
    size = -(-bits.place // 8)
    kept = bits_of(content[:size])
    header = kept[:before] + coded + kept[after : bits.place]
    return bytes_of(header + "1" * (-len(header) % 8)) + content[size:]


def _with_number_and_all_moved(content: bytes, before: int, after: int, coded: str) -> bytes:
    """By CAVLC, coded pixels follow the header at once: every bit moves, up to the one that ends it all."""
    kept = bits_of(content).rstrip("0")
    return bytes_of(kept[:before] + coded + kept[after:])


def _units(sample: bytes) -> list[bytes]:
    units, place = [], 0
    while place + 4 < len(sample):
        end = place + 4 + int.from_bytes(sample[place : place + 4])
        units.append(sample[place + 4 : end])
        place = end
    return units
