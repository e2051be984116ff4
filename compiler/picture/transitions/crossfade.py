from compiler.picture.planes import Picture, mix_pictures


def blend(before: Picture, after: Picture, progress: float) -> Picture:
    return mix_pictures(before, after, progress)
