"""MP4 boxes (ISO/IEC 14496-12, -14 and -15), as bytes."""

import struct
from collections.abc import Iterable, Sequence
from itertools import groupby

from compiler.codec.profile import BT709, ParameterSets, Size

_UNITY = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_UNDETERMINED_LANGUAGE = 0x55C4
_COMPRESSOR = bytes(32)


def box(kind: bytes, *contents: bytes) -> bytes:
    size = 8 + sum(map(len, contents))
    return struct.pack(">I4s", size, kind) + b"".join(contents)


def full_box(kind: bytes, version: int, flags: int, *contents: bytes) -> bytes:
    return box(kind, struct.pack(">I", version << 24 | flags), *contents)


def file_type() -> bytes:
    return box(b"ftyp", b"isom", struct.pack(">I", 512), b"isomiso2avc1mp41")


def free(size: int) -> bytes:
    """Of that size with its header: room that says nothing."""
    return box(b"free", bytes(size - 8))


def media_header(size: int) -> bytes:
    """Always with the long form of the length, so that its own length is known beforehand."""
    return struct.pack(">I4sQ", 1, b"mdat", size + 16)


def movie_header(time_scale: int, duration: int, next_track: int) -> bytes:
    return full_box(
        b"mvhd", 1, 0,
        struct.pack(">QQIQ", 0, 0, time_scale, duration),
        struct.pack(">IH10x", 0x10000, 0x100), _UNITY, bytes(24), struct.pack(">I", next_track),
    )  # fmt: skip


def track(number: int, size: Size | None, film_duration: int, skipped: int, media: bytes) -> bytes:
    """`skipped`: what lies before the first frame to be shown or heard, in the track's time."""
    width, height = size or (0, 0)
    header = full_box(
        b"tkhd", 1, 3,
        struct.pack(">QQIIQ", 0, 0, number, 0, film_duration),
        struct.pack(">8xHHHH", 0, 0 if size else 1, 0 if size else 0x100, 0), _UNITY,
        struct.pack(">II", width << 16, height << 16),
    )  # fmt: skip
    edit = full_box(b"elst", 1, 0, struct.pack(">IQqHH", 1, film_duration, skipped, 1, 0))
    return box(b"trak", header, box(b"edts", edit), media)


def media(handler: bytes, time_scale: int, duration: int, header: bytes, table: bytes) -> bytes:
    reference = full_box(b"dref", 0, 0, struct.pack(">I", 1), full_box(b"url ", 0, 1))
    name = b"VideoHandler\0" if handler == b"vide" else b"SoundHandler\0"
    return box(
        b"mdia",
        full_box(
            b"mdhd", 1, 0, struct.pack(">QQIQHH", 0, 0, time_scale, duration, _UNDETERMINED_LANGUAGE, 0)
        ),
        full_box(b"hdlr", 0, 0, bytes(4), handler, bytes(12), name),
        box(b"minf", header, box(b"dinf", reference), table),
    )


def sample_description(entry: bytes) -> bytes:
    return full_box(b"stsd", 0, 0, struct.pack(">I", 1), entry)


def avc_entry(size: Size, configuration: bytes) -> bytes:
    return box(
        b"avc1",
        struct.pack(">6xH16xHHIIIH", 1, *size, 0x480000, 0x480000, 0, 1),
        _COMPRESSOR,
        struct.pack(">Hh", 24, -1),
        box(b"avcC", configuration),
        box(b"colr", b"nclx", struct.pack(">HHHB", BT709, BT709, BT709, 0)),
        box(b"pasp", struct.pack(">II", 1, 1)),
    )


def aac_entry(rate: int, bit_rate: int, configuration: bytes) -> bytes:
    rates = struct.pack(">BBxHII", 0x40, 0x15, 0, bit_rate, bit_rate)
    decoder = _descriptor(4, rates, _descriptor(5, configuration))
    stream = _descriptor(3, struct.pack(">HB", 2, 0), decoder, _descriptor(6, b"\x02"))
    return box(
        b"mp4a", struct.pack(">6xH8xHHHHI", 1, 2, 16, 0, 0, rate << 16), full_box(b"esds", 0, 0, stream)
    )


def _descriptor(tag: int, *contents: bytes) -> bytes:
    body = b"".join(contents)
    return struct.pack(">BBBBB", tag, 0x80, 0x80, 0x80, len(body)) + body


def roll_groups(samples: int) -> tuple[bytes, bytes]:
    """Says that a seek must decode one sound frame before the one that it wants."""
    description = full_box(b"sgpd", 1, 0, b"roll", struct.pack(">IIh", 2, 1, -1))
    members = full_box(b"sbgp", 0, 0, b"roll", struct.pack(">III", 1, samples, 1))
    return description, members


def durations(runs: Iterable[tuple[int, int]]) -> bytes:
    return _pairs(b"stts", runs)


def composition_offsets(runs: Iterable[tuple[int, int]]) -> bytes:
    return _pairs(b"ctts", runs)


def keyframes(numbers: Sequence[int]) -> bytes:
    return full_box(b"stss", 0, 0, _list(numbers))


def sample_sizes(sizes: Sequence[int]) -> bytes:
    return full_box(b"stsz", 0, 0, bytes(4), _list(sizes))


def samples_per_chunk(counts: Sequence[int]) -> bytes:
    entries: list[int] = []
    chunk = 1
    for count, group in groupby(counts):
        entries += [chunk, count, 1]
        chunk += len(list(group))
    return full_box(b"stsc", 0, 0, struct.pack(f">I{len(entries)}I", len(entries) // 3, *entries))


def chunk_offsets(offsets: Sequence[int], wide: bool) -> bytes:
    if wide:
        return full_box(b"co64", 0, 0, struct.pack(f">I{len(offsets)}Q", len(offsets), *offsets))
    return full_box(b"stco", 0, 0, _list(offsets))


def _list(values: Sequence[int]) -> bytes:
    return struct.pack(f">I{len(values)}I", len(values), *values)


def _pairs(kind: bytes, runs: Iterable[tuple[int, int]]) -> bytes:
    flat = [value for run in runs for value in run]
    return full_box(kind, 0, 0, struct.pack(f">I{len(flat)}I", len(flat) // 2, *flat))


def avc_configuration(sets: ParameterSets) -> bytes:
    """What avcC holds, for High profile, 8 bit, 4:2:0."""
    return b"".join(
        (
            b"\x01" + sets.sequence[1:4] + b"\xff\xe1",
            struct.pack(">H", len(sets.sequence)) + sets.sequence + b"\x01",
            struct.pack(">H", len(sets.picture)) + sets.picture + b"\xfd\xf8\xf8\x00",
        )
    )
