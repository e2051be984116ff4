"""Transition “blur”: both shots go out of focus where they meet."""

from compiler.picture.planes import PlanarFrame, eased, mix_frames
from compiler.picture.resampling import blurred

_STRONGEST = 1 / 40


def blend(before: PlanarFrame, after: PlanarFrame, progress: float) -> PlanarFrame:
    """Both shots are out of focus where they meet."""
    radius = _STRONGEST * before.size[0] * min(progress, 1 - progress) * 2
    return mix_frames(blurred(before, radius), blurred(after, radius), eased(progress))
