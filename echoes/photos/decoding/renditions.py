"""Renditions: from a file that somebody sent to the sizes of the photograph that Echoes keeps.

Upright, sRGB, scaled, and without a word about where, when and with what it was taken: the capture date is
returned, for the row. This runs in a process of its own (see sandbox), because the file may be anything.
"""

import io
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image, UnidentifiedImageError

from echoes.photos.decoding.colour import to_plain_mode, to_srgb
from echoes.photos.decoding.contract import DecodeLimits, RenditionFacts, UnusablePhoto
from echoes.photos.decoding.measures import fingerprint_of, sharpness_of
from echoes.photos.decoding.missing_rows import CompleteRows, TruncatedImage
from echoes.photos.decoding.opening import SMALLEST_SIDE, OpenedImage, open_image
from echoes.photos.decoding.scaling import kept_size, scaled

Options = dict[str, Any]

MASTER: Options = {"format": "JPEG", "quality": 92, "subsampling": "4:4:4"}
THUMBNAIL: Options = {"format": "WEBP", "quality": 80, "method": 2}
"""Method 2 instead of 4 takes 9 ms instead of 20, for 4% more bytes and 0.003 less SSIM."""
_GAP = 2.0
"""Whole pixels are merged first, down to twice the thumbnail: nobody sees it, and it takes half as long."""
MOST_TIMES_CLAIMED = 2
"""A GIF may well be larger than the screen that it names."""
CHEAP_PIXELS = 1_000_000
"""What they claim is all the same."""
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def write_renditions(
    source: Path,
    master: Path,
    thumbnail: Path,
    limits: DecodeLimits,
    page: int | None = None,
    claimed: int | None = None,
    measured: Callable[[int], None] = lambda pixels: None,
) -> RenditionFacts:
    """Raises UnusablePhoto, or the OSError of a full disk. `measured` hears how many pixels there are.

    `claimed` is what the header said of all pages together, by which the file's turn came (see turns).
    """
    photo, negative, is_truncated = _read(source, limits, page, claimed, measured)
    if min(photo.size) < SMALLEST_SIDE:
        raise UnusablePhoto("too_small")
    photo.info.clear()
    write_picture(photo, master, MASTER)
    small = kept_size(photo.size, limits.thumbnail_side)
    shown = photo.resize(small, Image.Resampling.LANCZOS, reducing_gap=_GAP)
    write_picture(shown, thumbnail, THUMBNAIL)
    taken_at = negative.metadata.taken_at
    return RenditionFacts(
        *photo.size,
        taken_at.isoformat() if taken_at else None,
        is_truncated,
        negative.more_pages,
        fingerprint_of(shown),
        sharpness_of(shown),
    )


def _read(
    source: Path, limits: DecodeLimits, page: int | None, claimed: int | None, measured: Callable[[int], None]
) -> tuple[Image.Image, OpenedImage, bool]:
    Image.MAX_IMAGE_PIXELS = limits.pixels
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        negative = open_image(source, limits.pixels, page)
        _require_claim(negative, claimed)
        measured(negative.size[0] * negative.size[1])
        return _decoded(negative, limits.longest_side)
    except UnusablePhoto:
        raise
    except UnidentifiedImageError as error:
        raise UnusablePhoto("not_a_picture") from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UnusablePhoto("too_many_pixels") from error
    except TruncatedImage as error:
        raise UnusablePhoto("incomplete") from error
    except Exception as error:
        # Decoders raise whatever they like (OSError, SyntaxError, ValueError, EOFError, …) at a damaged file.
        raise UnusablePhoto("too_much_memory" if _is_of_memory(error) else "damaged") from error


def _require_claim(negative: OpenedImage, claimed: int | None) -> None:
    """What is much larger than its header says had its turn too early, and for too little."""
    pixels = negative.size[0] * negative.size[1] + negative.more_pixels
    if claimed is not None and pixels > max(CHEAP_PIXELS, claimed * MOST_TIMES_CLAIMED):
        raise UnusablePhoto("damaged")


def _decoded(negative: OpenedImage, longest_side: int) -> tuple[Image.Image, OpenedImage, bool]:
    target = kept_size(negative.size, longest_side)
    decoded = negative.decode(target)
    target = min(target, decoded.size)
    rows = CompleteRows(decoded.bands, decoded.size[1])
    # Scaling first makes all that follows small: memory is what a big picture costs most of.
    photo = scaled(map(to_plain_mode, rows), decoded.size, target)
    if negative.metadata.orientation in UPRIGHT:
        photo = photo.transpose(UPRIGHT[negative.metadata.orientation])
    return to_srgb(photo, decoded.profile), negative, rows.is_short


def _is_of_memory(error: Exception) -> bool:
    """Codecs have no error of their own for it, but words."""
    return isinstance(error, MemoryError) or "memory" in str(error).lower()


def write_picture(photo: Image.Image, path: Path, options: Options) -> None:
    """By way of memory: encoders that write to a file themselves do not say that the disk is full."""
    encoded = io.BytesIO()
    photo.save(encoded, **options)
    path.write_bytes(encoded.getbuffer())
