"""Tone mapping by a 3D LUT.

From the light of wide and bright videos to what an ordinary screen shows: one table for each kind.

FFmpeg's own conversion takes some seconds of one processor to compute such a table; this one, milliseconds.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Light = NDArray[np.float64]

LUT_POINTS = 33
"""Along each side of the table: between them colours are interpolated."""
PAPER = 203.0
"""How bright, in candela per square metre, bright videos show white paper (ITU-R BT.2408)."""
_BRIGHTEST_HLG = 1000.0
_SCREEN_GAMMA = 2.4

# Chromaticities of red, green and blue; the white is D65 throughout.
_PRIMARIES = {
    "bt709": ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060)),
    "bt2020": ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),
    "smpte431": ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
    "smpte432": ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
}
_WHITE = (0.3127, 0.3290)
_LUMINANCE = np.array((0.2126, 0.7152, 0.0722))


@contextmanager
def lut_file(primaries: str, transfer: str, brightest: float) -> Iterator[Path]:
    """The table for FFmpeg's lut3d filter, there as long as it takes to set the filter up."""
    side = np.linspace(0.0, 1.0, LUT_POINTS)
    blue, green, red = np.meshgrid(side, side, side, indexing="ij")
    shown = to_screen(np.stack([red, green, blue], axis=-1).reshape(-1, 3), primaries, transfer, brightest)
    descriptor, name = tempfile.mkstemp(suffix=".cube")
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(f"LUT_3D_SIZE {LUT_POINTS}\n")
            file.write("%.5f %.5f %.5f\n" * len(shown) % tuple(shown.ravel()))
        yield Path(name)
    finally:
        Path(name).unlink()


def to_screen(coded: Light, primaries: str, transfer: str, brightest: float) -> Light:
    """Coded red, green and blue from 0 to 1, along the last axis, as BT.709 for an ordinary screen."""
    light: Light = _linear(coded, transfer) @ conversion(primaries).T
    if transfer in ("smpte2084", "arib-std-b67"):
        light = _toned(light, _BRIGHTEST_HLG if transfer == "arib-std-b67" else brightest)
    shown: Light = _within_reach(light) ** (1 / _SCREEN_GAMMA)
    return shown


def _linear(coded: Light, transfer: str) -> Light:
    """Candela per square metre for bright videos, parts of white for others."""
    if transfer == "smpte2084":
        return _from_pq(coded)
    if transfer == "arib-std-b67":
        a, b, c = 0.17883277, 0.28466892, 0.55991073
        scene = np.where(coded <= 0.5, coded**2 / 3, (np.exp((coded - c) / a) + b) / 12)
        brightness = scene @ np.array((0.2627, 0.6780, 0.0593))
        bright: Light = _BRIGHTEST_HLG * scene * brightness[..., None] ** 0.2
        return bright
    ordinary: Light = coded**_SCREEN_GAMMA
    return ordinary


def _toned(light: Light, brightest: float) -> Light:
    """Up to a knee as bright as recorded, above it ever less, by the curve of ITU-R BT.2390.

    The curve is applied to the strongest of the three colours, so that none changes its hue.
    """
    strongest = np.maximum(light.max(axis=-1, keepdims=True), 1e-6)
    most, white = float(_to_pq(brightest)), float(_to_pq(PAPER))
    top = white / most
    knee = 1.5 * top - 0.5
    place = np.minimum(_to_pq(strongest) / most, 1.0)
    above = (place - knee) / (1 - knee)
    bent = (
        (2 * above**3 - 3 * above**2 + 1) * knee
        + (above**3 - 2 * above**2 + above) * (1 - knee)
        + (3 * above**2 - 2 * above**3) * top
    )
    seen = _from_pq(np.where(place < knee, place, bent) * most)
    toned: Light = light / strongest * seen / PAPER
    return toned


def _within_reach(light: Light) -> Light:
    """Colours that the screen does not have become paler, and keep their brightness and their hue."""
    grey = np.clip(light @ _LUMINANCE, 0.0, 1.0)[..., None]
    least = light.min(axis=-1, keepdims=True)
    kept = np.where(least < 0, grey / np.maximum(grey - least, 1e-12), 1.0)
    within: Light = np.clip(grey + (light - grey) * kept, 0.0, 1.0)
    return within


@cache
def conversion(primaries: str) -> Light:
    """The matrix from light of these primaries to light of BT.709's."""
    converted: Light = np.linalg.inv(_to_xyz("bt709")) @ _to_xyz(primaries)
    return converted


def _to_xyz(primaries: str) -> Light:
    columns = np.array([(x / y, 1.0, (1 - x - y) / y) for x, y in _PRIMARIES[primaries]]).T
    x, y = _WHITE
    amounts: Light = np.linalg.solve(columns, np.array((x / y, 1.0, (1 - x - y) / y)))
    return columns * amounts


_M1, _M2 = 2610 / 16384, 2523 / 4096 * 128
_C1, _C2, _C3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32


def _from_pq(coded: Light) -> Light:
    """Candela per square metre of a signal by SMPTE ST 2084."""
    root = coded ** (1 / _M2)
    light: Light = 10000 * (np.maximum(root - _C1, 0.0) / (_C2 - _C3 * root)) ** (1 / _M1)
    return light


def _to_pq(light: Light | float) -> Light:
    part = (np.asarray(light, np.float64) / 10000) ** _M1
    coded: Light = ((_C1 + _C2 * part) / (1 + _C3 * part)) ** _M2
    return coded
