"""Transition “fade_black”: out to black, and in from it."""

from compiler.picture.planes import BLACK, PlanarFrame, mix_frames, plain


def blend(before: PlanarFrame, after: PlanarFrame, progress: float) -> PlanarFrame:
    black = plain(before.size, BLACK)
    if progress < 0.5:
        return mix_frames(before, black, 2 * progress)
    return mix_frames(black, after, 2 * progress - 1)
