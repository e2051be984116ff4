"""TIFF files: which of their pages are photographs."""

from PIL import Image, TiffImagePlugin

from echoes.photos.decoding.contract import MOST_PAGES
from echoes.photos.decoding.scaling import Size

_SUBFILE_TYPE, _BITS, _PHOTOMETRIC, _PLANES, _RAW_FROM_CAMERA = 254, 258, 262, 284, 50706
_PREVIEW_OR_MASK = 0b101
_WHITE_IS_ZERO, _APART = 0, 2


def pages(image: Image.Image, smallest_side: int) -> list[tuple[int, Size]]:
    """Numbers and sizes of pages that are pictures of their own, one more than MOST_PAGES at most.

    Programs keep previews, masks and smaller copies as further pages: those are no photographs.
    """
    found: list[tuple[int, Size]] = []
    number = 0
    while len(found) <= MOST_PAGES and _goes_to(image, number):
        if _is_picture(image) and (number == 0 or min(image.size) >= smallest_side):
            found.append((number, image.size))
        number += 1
    return found


def is_inverted(image: Image.Image) -> bool:
    """Whether black is the greatest number. Pillow turns eight bits over, but not sixteen."""
    return image.mode.startswith(("I", "F")) and _tag(image, _PHOTOMETRIC) == _WHITE_IS_ZERO


def is_deep_and_planar(image: Image.Image) -> bool:
    """Sixteen bits, and each colour in a picture of its own: Pillow takes the one for the other."""
    bits = _tag(image, _BITS)
    return isinstance(bits, tuple) and len(bits) > 1 and max(bits) > 8 and _tag(image, _PLANES) == _APART


def _tag(image: Image.Image, number: int) -> object:
    return image.tag_v2.get(number) if isinstance(image, TiffImagePlugin.TiffImageFile) else None


def _goes_to(image: Image.Image, number: int) -> bool:
    """Pages that cannot be found are not there: a file may end before its list of pages does."""
    if number == 0:
        return True
    try:
        image.seek(number)
    except (EOFError, OSError, SyntaxError, ValueError, KeyError, TypeError):
        return False
    return True


def _is_picture(image: Image.Image) -> bool:
    kind = _tag(image, _SUBFILE_TYPE)
    return _tag(image, _RAW_FROM_CAMERA) is None and not (isinstance(kind, int) and kind & _PREVIEW_OR_MASK)
