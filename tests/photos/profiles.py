"""ICC profiles of two matrix colour spaces and of one grey, built by hand: no package brings any."""

import struct

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]

# Columns are the primaries in the profile connection space (XYZ, D50).
DISPLAY_P3 = np.array(
    [[0.51512, 0.29198, 0.15710], [0.24120, 0.69225, 0.06657], [-0.00105, 0.04189, 0.78407]]
)
ADOBE_RGB = np.array([[0.60974, 0.20528, 0.14919], [0.31111, 0.62567, 0.06322], [0.01947, 0.06087, 0.74457]])
SRGB = np.array([[0.43607, 0.38515, 0.14307], [0.22249, 0.71687, 0.06061], [0.01392, 0.09708, 0.71410]])
GAMMA = 563 / 256
D50 = (0.9642, 1.0, 0.8249)


def rgb_profile(primaries: Matrix) -> bytes:
    tags = {name: _xyz(column) for name, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries.T, strict=True)}
    tags |= {name: _gamma() for name in (b"rTRC", b"gTRC", b"bTRC")}
    return _profile(b"RGB ", tags | {b"wtpt": _xyz(D50)})


def grey_profile() -> bytes:
    return _profile(b"GRAY", {b"kTRC": _gamma(), b"wtpt": _xyz(D50)})


def in_srgb(colour: tuple[int, int, int], primaries: Matrix) -> tuple[int, ...]:
    """What a colour of a matrix space is in sRGB, by the textbook."""
    light = (np.array(colour) / 255) ** GAMMA
    linear = np.clip(np.linalg.inv(SRGB) @ primaries @ light, 0, 1)
    curved = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
    return tuple(int(value) for value in np.round(curved * 255))


def _xyz(values: "Matrix | tuple[float, ...]") -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(value * 65536)) for value in values)


def _gamma() -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IHxx", 1, round(GAMMA * 256))


def _profile(space: bytes, tags: dict[bytes, bytes]) -> bytes:
    text = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"test\0" + bytes(78)
    tags = tags | {b"desc": text + bytes(-len(text) % 4), b"cprt": b"text\0\0\0\0free\0\0\0\0"}
    table, content, start = struct.pack(">I", len(tags)), b"", 132 + 12 * len(tags)
    for name, data in tags.items():
        table += name + struct.pack(">II", start + len(content), len(data))
        content += data
    size = start + len(content)
    date = struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
    header = struct.pack(">I4sI4s4s4s", size, b"", 0x02400000, b"mntr", space, b"XYZ ") + date + b"acsp"
    header = header.ljust(68, b"\0") + _xyz(D50)[8:]
    return header.ljust(128, b"\0") + table + content
