from compiler.picture.planes import Picture, eased, mix_pictures
from compiler.picture.resampling import scaled

_CLOSEST = 1.35


def blend(before: Picture, after: Picture, progress: float) -> Picture:
    """The camera moves into the old shot while the new one, from close by, comes to rest."""
    moved = eased(progress)
    leaving = scaled(before, _CLOSEST**moved)
    arriving = scaled(after, _CLOSEST ** (1 - moved))
    return mix_pictures(leaving, arriving, moved)
