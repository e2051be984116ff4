"""Transition “wipe”: a soft edge uncovers the new shot from left to right."""

import numpy as np

from compiler.picture.planes import PlanarFrame, Plane, eased

_SOFT = 0.08


def blend(before: PlanarFrame, after: PlanarFrame, progress: float) -> PlanarFrame:
    """A soft edge goes from left to right, and uncovers the new shot."""
    edge = eased(progress) * (1 + _SOFT)
    return PlanarFrame(*(_wiped(old, new, edge) for old, new in zip(before, after, strict=True)))


def _wiped(before: Plane, after: Plane, edge: float) -> Plane:
    width = before.shape[1]
    places = (np.arange(width) + 0.5) / width
    shares = (np.clip((edge - places) / _SOFT, 0, 1) * 256).round().astype(np.uint16)
    mixed = before * (256 - shares) + after * shares + 128
    wiped: Plane = (mixed >> 8).astype(np.uint8)
    return wiped
