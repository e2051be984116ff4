"""Surround: a whole picture over a blurred copy of itself, for a camera that moves over both."""

from PIL import Image, ImageEnhance, ImageFilter

from compiler.camera.framing import PhotoFraming

_REDUCTION = 8  # the copy is blurred this much smaller, which makes it cheap
_BLUR = 5.0
_LIGHT = 0.8  # of the copy: darker than the picture, so that its edge is seen


def surrounded(picture: Image.Image, framing: PhotoFraming, scale: float) -> Image.Image:
    """The stage of a framing, at a scale to its pixels, with the picture where it says."""
    size = _pixels(framing.stage[0] * scale), _pixels(framing.stage[1] * scale)
    place = framing.place.scaled(scale, scale)
    stage = _copy(picture, size)
    front = picture.resize(
        (_pixels(place.width), _pixels(place.height)), Image.Resampling.LANCZOS, reducing_gap=3.0
    )
    stage.paste(front, (round(place.left), round(place.top)))
    return stage


def _copy(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Blurred, dark, and as large as it must be to fill `size`."""
    small = _pixels(size[0] / _REDUCTION), _pixels(size[1] / _REDUCTION)
    scale = min(picture.width / small[0], picture.height / small[1])
    width, height = small[0] * scale, small[1] * scale
    left, top = (picture.width - width) / 2, (picture.height - height) / 2
    box = (left, top, left + width, top + height)
    copy = picture.resize(small, Image.Resampling.BILINEAR, box, reducing_gap=2.0)
    dark = ImageEnhance.Brightness(copy.filter(ImageFilter.GaussianBlur(_BLUR))).enhance(_LIGHT)
    return dark.resize(size, Image.Resampling.BICUBIC)


def _pixels(length: float) -> int:
    return max(1, round(length))
