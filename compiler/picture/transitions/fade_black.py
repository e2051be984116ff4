from compiler.picture.planes import BLACK, Picture, mix_pictures, plain


def blend(before: Picture, after: Picture, progress: float) -> Picture:
    black = plain(before.size, BLACK)
    if progress < 0.5:
        return mix_pictures(before, black, 2 * progress)
    return mix_pictures(black, after, 2 * progress - 1)
