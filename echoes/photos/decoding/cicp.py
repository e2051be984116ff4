"""CICP colour code points (ITU-T H.273: `nclx` in HEIC and AVIF, `cICP` in PNG)."""

import struct
from dataclasses import dataclass

from compiler.picture.colour import HIGH_DYNAMIC_RANGE, WIDE_PRIMARIES, Colour

_USUAL_BRIGHTEST, _LEAST_BRIGHTEST, _MOST_BRIGHTEST = 1000.0, 400.0, 10_000.0
_D50 = (0.9642, 1.0, 0.8249)
_SRGB = ((0.43607, 0.38515, 0.14307), (0.22249, 0.71687, 0.06061), (0.01392, 0.09708, 0.71410))
"""Columns: red, green and blue of sRGB in the connection space of profiles (XYZ, D50)."""
_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


@dataclass(frozen=True)
class CodePointColours:
    """Other colours than those of sRGB."""

    meaning: Colour

    @property
    def is_bright(self) -> bool:
        """Of a high dynamic range: no profile describes that."""
        return self.meaning.transfer in HIGH_DYNAMIC_RANGE.values()

    @property
    def profile(self) -> bytes:
        """An ICC profile of these primaries, with the curve of sRGB."""
        import numpy as np

        from compiler.picture.tone_mapping import conversion

        columns = np.array(_SRGB) @ conversion(self.meaning.primaries)
        tags = {
            name: _xyz(*column) for name, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), columns.T, strict=True)
        }
        curve = b"para\0\0\0\0" + struct.pack(">HH5i", 3, 0, *(round(value * 65536) for value in _CURVE))
        return _icc(tags | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve) | {b"wtpt": _xyz(*_D50)})


def of_code_points(primaries: int, transfer: int, brightest: float) -> CodePointColours | None:
    """None for sRGB and all that is taken for it. `brightest`: of the screen it was made on, 0 if unknown."""
    meaning = Colour(
        matrix="bt709",
        full_range=True,
        primaries=WIDE_PRIMARIES.get(primaries, "bt709"),
        transfer=HIGH_DYNAMIC_RANGE.get(transfer, "bt709"),
        brightest=min(max(brightest or _USUAL_BRIGHTEST, _LEAST_BRIGHTEST), _MOST_BRIGHTEST),
    )
    return CodePointColours(meaning) if meaning.is_wide else None


def _xyz(x: float, y: float, z: float) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in (x, y, z)))


def _icc(tags: dict[bytes, bytes]) -> bytes:
    words = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"wide\0" + bytes(78)
    tags = tags | {b"desc": words + bytes(-len(words) % 4), b"cprt": b"text\0\0\0\0none\0\0\0\0"}
    table, content, start = struct.pack(">I", len(tags)), b"", 132 + 12 * len(tags)
    for name, data in tags.items():
        table += name + struct.pack(">II", start + len(content), len(data))
        content += data
    head = struct.pack(">I4sI12s", start + len(content), b"", 0x02400000, b"mntrRGB XYZ ")
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp"
    return (head.ljust(68, b"\0") + _xyz(*_D50)[8:]).ljust(128, b"\0") + table + content
