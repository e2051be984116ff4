from compiler.picture.planes import WHITE, Picture, mix_pictures, plain


def blend(before: Picture, after: Picture, progress: float) -> Picture:
    white = plain(before.size, WHITE)
    if progress < 0.5:
        return mix_pictures(before, white, 2 * progress)
    return mix_pictures(white, after, 2 * progress - 1)
