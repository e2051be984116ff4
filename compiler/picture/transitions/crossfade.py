"""Transition “crossfade”: a dissolve from one shot to the next."""

from compiler.picture.planes import PlanarFrame, mix_frames


def blend(before: PlanarFrame, after: PlanarFrame, progress: float) -> PlanarFrame:
    return mix_frames(before, after, progress)
