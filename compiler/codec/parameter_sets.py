"""H.264 parameter sets: what a decoder is set up with, read from its configuration, and their ids."""

import re
from dataclasses import dataclass

from compiler.errors import WrongProfile

_SEQUENCE, _PICTURE = 7, 8
_ID_0, _ID_1 = "1", "010"
_PROFILE_BITS = 24
_NEEDS_ESCAPE = re.compile(rb"\0\0(?=[\0-\3])")


@dataclass(frozen=True)
class ParameterSets:
    """The sequence and the picture parameter set that decoders are set up with; `further` picture sets are
    those of segments that are coded in another way than clips."""

    sequence: bytes
    picture: bytes
    further: tuple[bytes, ...] = ()


def parse_parameter_sets(extradata: bytes) -> ParameterSets:
    """Read them from a decoder configuration, be it MP4's avcC or start-code delimited."""
    if extradata[:1] == b"\x01":
        units = _units_of_avcc(extradata)
    else:
        units = [unit for unit in extradata.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1") if unit]
    sequences = [unit for unit in units if unit[0] & 31 == _SEQUENCE]
    pictures = [unit for unit in units if unit[0] & 31 == _PICTURE]
    if len(sequences) != 1 or not pictures:
        raise WrongProfile("This clip does not have the one set of parameters that films need.")
    return ParameterSets(sequences[0], pictures[0], tuple(pictures[1:]))


def as_second_picture_set(sets: ParameterSets) -> ParameterSets:
    """Sets that an encoder wrote with the id 1, so that they can stand beside those of clips: the sequence
    set gets the id 0, which all share, and so the picture set says; the latter keeps its own."""
    return ParameterSets(
        _with_id_0(sets.sequence, _PROFILE_BITS), _with_id_0(sets.picture, len(_ID_1)), sets.further
    )


def without_emulation_prevention(content: bytes) -> bytes:
    return content.replace(b"\0\0\3", b"\0\0")


def with_emulation_prevention(content: bytes) -> bytes:
    return _NEEDS_ESCAPE.sub(b"\0\0\3", content)


def bits_of(content: bytes) -> str:
    return f"{int.from_bytes(content):0{8 * len(content)}b}"


def bytes_of(bits: str) -> bytes:
    """Whole bytes, filled up with zeros."""
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8)


def _with_id_0(unit: bytes, place: int) -> bytes:
    """The unit with an id of 0 instead of 1, `place` bits behind its header."""
    bits = bits_of(without_emulation_prevention(unit[1:]))
    if bits[place : place + len(_ID_1)] != _ID_1:
        raise WrongProfile("A parameter set does not have the id that was asked for.")
    renamed = bits[:place] + _ID_0 + bits[place + len(_ID_1) :].rstrip("0")
    return unit[:1] + with_emulation_prevention(bytes_of(renamed))


def _units_of_avcc(extradata: bytes) -> list[bytes]:
    """An avcC box: five bytes, the sequence sets after their count, the picture sets after theirs."""
    units, position = [], 5
    for mask in (31, 255):
        count = extradata[position] & mask if position < len(extradata) else 0
        position += 1
        for _ in range(count):
            end = position + 2 + int.from_bytes(extradata[position : position + 2])
            units.append(extradata[position + 2 : end])
            position = end
    return [unit for unit in units if unit]
