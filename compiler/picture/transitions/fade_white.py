"""Transition “fade_white”: out to white, and in from it."""

from compiler.picture.planes import WHITE, PlanarFrame, mix_frames, plain


def blend(before: PlanarFrame, after: PlanarFrame, progress: float) -> PlanarFrame:
    white = plain(before.size, WHITE)
    if progress < 0.5:
        return mix_frames(before, white, 2 * progress)
    return mix_frames(white, after, 2 * progress - 1)
