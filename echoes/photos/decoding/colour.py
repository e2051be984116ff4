"""Colour management: whatever colours a file speaks of, the same ones in opaque 8-bit sRGB."""

import io
from functools import cache

from PIL import Image, ImageChops, ImageCms

GREY_MODES = ("1", "L", "LA", "La")
PAPER = (255, 255, 255)
_BYTE, _TWO_BYTES = 255.0, 65535.0


def shades(image: Image.Image, is_turned_over: bool = False) -> Image.Image:
    """Greys of more than eight bits become greys of eight; all others stay as they are."""
    if not image.mode.startswith(("I", "F")):
        return image
    if image.mode.startswith("I;16"):
        grey = image.point(lambda value: value * (1 / 256)).convert("L")
    else:
        grey = _by_range(image)
    return ImageChops.invert(grey) if is_turned_over else grey


def _by_range(image: Image.Image) -> Image.Image:
    """Whole numbers of 32 bits and floating ones do not say what is white: the least range that holds all."""
    lowest, highest = image.getextrema()
    if not (isinstance(lowest, int | float) and isinstance(highest, int | float)):
        raise TypeError("several bands of wide numbers")
    tops = (1.0, _BYTE, _TWO_BYTES) if image.mode == "F" else (_BYTE, _TWO_BYTES)
    top = next((top for top in tops if lowest >= 0 and highest <= top), None)
    low, span = (0.0, top) if top else (lowest, max(highest - lowest, 1.0))
    return image.point(lambda value: value * (_BYTE / span) - low * (_BYTE / span)).convert("L")


def to_plain_mode(image: Image.Image) -> Image.Image:
    """Modes that cannot be scaled or converted well become ones that can."""
    if image.has_transparency_data and image.mode != "RGBA":
        return image.convert("LA" if image.mode in GREY_MODES else "RGBA")
    if image.mode in ("1", "P"):
        return image.convert("L" if image.mode == "1" else "RGB")
    return image


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """From the embedded profile to sRGB; what was transparent is laid on white paper."""
    alpha = image.getchannel("A") if image.mode in ("LA", "RGBA") else None
    opaque = image.convert("L" if image.mode == "LA" else "RGB") if alpha else image
    colours = _by_profile(opaque, profile)
    if alpha is None:
        return colours
    paper = Image.new("RGB", image.size, PAPER)
    paper.paste(colours, mask=alpha)
    return paper


def _by_profile(image: Image.Image, profile: bytes | None) -> Image.Image:
    if profile:
        try:
            return _converted(image, profile)
        except (ImageCms.PyCMSError, OSError):
            pass  # A damaged profile, or one for another kind of picture: sRGB is what viewers assume then.
    if image.mode == "RGB":
        return image  # To convert it would copy it.
    return _from_lab(image) if image.mode == "LAB" else image.convert("RGB")


def _from_lab(image: Image.Image) -> Image.Image:
    """Which Pillow converts by a profile alone."""
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    return ImageCms.buildTransform(lab, _srgb(), "LAB", "RGB").apply(image)


def _converted(image: Image.Image, profile: bytes) -> Image.Image:
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    transform = ImageCms.buildTransform(source, _srgb(), image.mode, "RGB")
    if image.mode == "RGB" and _changes_nothing(transform):
        return image
    return transform.apply(image)


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


def _changes_nothing(transform: ImageCms.ImageCmsTransform) -> bool:
    """Most pictures are in sRGB already and say so at length: a few colours tell, and save half a second."""
    steps = (0, 51, 102, 153, 204, 255)
    colours = bytes(
        value for red in steps for green in steps for blue in steps for value in (red, green, blue)
    )
    sample = Image.frombytes("RGB", (36, 6), colours)
    converted = transform.apply(sample).tobytes()
    return all(abs(one - other) <= 1 for one, other in zip(colours, converted, strict=True))
