from compiler.picture.planes import Picture, eased, mix_pictures
from compiler.picture.resampling import blurred

_STRONGEST = 1 / 40


def blend(before: Picture, after: Picture, progress: float) -> Picture:
    """Both shots are out of focus where they meet."""
    radius = _STRONGEST * before.size[0] * min(progress, 1 - progress) * 2
    return mix_pictures(blurred(before, radius), blurred(after, radius), eased(progress))
