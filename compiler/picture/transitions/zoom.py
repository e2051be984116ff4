"""Transition “zoom”: into the old shot, out of the new one."""

from compiler.picture.planes import PlanarFrame, eased, mix_frames
from compiler.picture.resampling import scaled

_CLOSEST = 1.35


def blend(before: PlanarFrame, after: PlanarFrame, progress: float) -> PlanarFrame:
    """The camera moves into the old shot while the new one, from close by, comes to rest."""
    moved = eased(progress)
    leaving = scaled(before, _CLOSEST**moved)
    arriving = scaled(after, _CLOSEST ** (1 - moved))
    return mix_frames(leaving, arriving, moved)
