"""Lazy image opening, whatever the format: size, orientation, date, a way to decode.

Libraries that one format alone needs are imported with the first such file, because each file is opened in a
process of its own: all of them take longer to import than a JPEG of twelve megapixels takes to decode.
Each is decoded in the way that takes the least memory: in bands of rows, or scaled while it is decoded.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, UnidentifiedImageError

from echoes.photos.decoding.codecs import avif, ffmpeg, jpeg, tiff
from echoes.photos.decoding.codecs.heif_boxes import read_properties
from echoes.photos.decoding.codecs.png import SIGNATURE, PngFile
from echoes.photos.decoding.codecs.webp import WebpFile
from echoes.photos.decoding.colour import shades, to_plain_mode, to_srgb
from echoes.photos.decoding.contract import MOST_PAGES, UnusablePhoto
from echoes.photos.decoding.exif import Metadata, exif_in, exif_of, read_metadata
from echoes.photos.decoding.missing_rows import CompleteRows
from echoes.photos.decoding.scaling import Size, bands_of, scaled
from echoes.photos.formats import CODECS

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

    from echoes.photos.decoding.cicp import CodePointColours

SMALLEST_SIDE = 32
MOST_PIXELS_OF_PAGES = 1_000_000_000
"""Of all pages of one file together."""
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


@dataclass(frozen=True)
class DecodedImage:
    """`bands` make up `size`, or, if the file lacks its end, less."""

    size: Size
    bands: Iterator[Image.Image]
    profile: bytes | None = None

    @classmethod
    def whole(cls, image: Image.Image, size: Size | None = None) -> "DecodedImage":
        return cls(size or image.size, bands_of(image), image.info.get("icc_profile"))


@dataclass(frozen=True)
class OpenedImage:
    size: Size
    metadata: Metadata
    decode: Callable[[Size], DecodedImage]
    """To this size, or a larger one where that takes less."""
    more_pages: tuple[int, ...] = ()
    more_pixels: int = 0
    """Of those pages together."""


def open_image(path: Path, most_pixels: int, page: int | None) -> OpenedImage:
    """`page`: one of a file with several; the first one names the others. Raises whatever decoders raise."""
    with path.open("rb") as file:
        start = file.read(12)
    if start.startswith(SIGNATURE):
        negative = _png(path)
    elif start[:4] == b"RIFF" and start[8:] == b"WEBP":
        negative = _webp(WebpFile.read(path))
    elif start[:4] in _TIFF:
        negative = _tiff(path, most_pixels, page)
    elif start.startswith(jpeg.SIGNATURE):
        negative = _jpeg(path)
    else:
        negative = _by_pillow(path)
    if negative.size[0] * negative.size[1] > most_pixels:
        raise UnusablePhoto("too_many_pixels")
    return negative


def _jpeg(path: Path) -> OpenedImage:
    image = Image.open(path, formats=("JPEG",))
    return OpenedImage(
        image.size, read_metadata(exif_of(image)), lambda target: _decode_jpeg(path, image, target)
    )


def _by_pillow(path: Path) -> OpenedImage:
    import pillow_heif

    pillow_heif.register_heif_opener()
    image: Image.Image = Image.open(path, formats=CODECS)
    if image.format == "HEIF":
        return _heif(path, image)
    if image.format == "AVIF":
        return _avif(path, image)
    way = _decode_jpeg_2000 if image.format == "JPEG2000" else _decode_whole
    return OpenedImage(image.size, read_metadata(exif_of(image)), lambda target: way(path, image, target))


def _decode_whole(path: Path, image: Image.Image, target: Size) -> DecodedImage:
    image.load()
    if image.format == "BMP" and image.mode == "RGBA" and image.getchannel("A").getextrema() == (0, 0):
        return DecodedImage.whole(image.convert("RGB"))  # Many programs leave the fourth byte empty.
    return DecodedImage.whole(shades(image))


def _decode_jpeg(path: Path, image: Image.Image, target: Size) -> DecodedImage:
    if jpeg.is_truncated(path):
        image, size = jpeg.decode_truncated(path, target)
        return DecodedImage.whole(image, size)
    jpeg.draft(image, target)
    return _decode_whole(path, image, target)


def _decode_jpeg_2000(path: Path, image: Image.Image, target: Size) -> DecodedImage:
    """Without its finest levels, each of which halves it, as long as that leaves what is kept."""
    levels = jpeg.jpeg_2000_levels(path)
    smaller = int(math.log2(min(whole / kept for whole, kept in zip(image.size, target, strict=True))))
    image.reduce = max(0, min(smaller, levels))  # type: ignore[assignment, method-assign]
    return _decode_whole(path, image, target)


def _png(path: Path) -> OpenedImage:
    png = PngFile.read(path)
    head = png.head()
    profile, spoken = head.info.get("icc_profile"), png.chunk(b"cICP")
    colours = _colours(spoken[0], spoken[1], png.brightest) if spoken else None

    def decode(target: Size) -> DecodedImage:
        if png.comes_in_bands:
            decoded = DecodedImage(head.size, png.bands())
        else:
            decoded = DecodedImage.whole(shades(png.whole()), head.size)
        return replace(decoded, profile=None if spoken else profile)

    deep = (lambda: ffmpeg.decoded_frame(path)) if png.depth == 16 and png.colour == 2 else None
    return OpenedImage(head.size, read_metadata(exif_of(head)), _coloured(decode, deep, colours))


def _webp(webp: WebpFile) -> OpenedImage:
    def decode(target: Size) -> DecodedImage:
        if webp.is_truncated:
            decoded = DecodedImage.whole(webp.decode_truncated(), webp.size)
        else:
            decoded = DecodedImage.whole(webp.large(target) if webp.is_large else webp.whole())
        return replace(decoded, profile=webp.profile)

    return OpenedImage(webp.size, read_metadata(exif_in(webp.exif)), decode)


def _heif(path: Path, image: Image.Image) -> OpenedImage:
    from echoes.photos.decoding.codecs import heif

    said = read_properties(path)
    metadata = read_metadata(exif_of(image))
    turn = 1 if said.is_turned else int(image.info.get("original_orientation") or 1)
    colours = _colours(said.primaries, said.transfer, said.brightest)
    profile = image.info.get("icc_profile")

    def decode(target: Size) -> DecodedImage:
        size, bands = heif.bands(path)
        return DecodedImage(size, bands, profile)

    return OpenedImage(
        image.size,
        replace(metadata, orientation=turn),
        _coloured(decode, lambda: heif.deep_frame(path), colours),
    )


def _avif(path: Path, image: Image.Image) -> OpenedImage:
    said = read_properties(path)
    metadata = read_metadata(exif_of(image))
    if not said.is_turned:
        metadata = read_metadata(exif_in(avif.untouched_exif(image)))
    colours = _colours(said.primaries, said.transfer, said.brightest)

    def decode(target: Size) -> DecodedImage:
        if avif.is_large(image) and (frame := avif.frame(path, image)):
            large = ffmpeg.scaled_frame(frame, target)
            return replace(DecodedImage.whole(large), profile=image.info.get("icc_profile"))
        return _decode_whole(path, image, target)

    deep = (lambda: avif.frame(path, image)) if image.mode == "RGB" else None
    return OpenedImage(image.size, metadata, _coloured(decode, deep, colours))


def _tiff(path: Path, most_pixels: int, page: int | None) -> OpenedImage:
    try:
        image = Image.open(path, formats=("TIFF",))
    except UnidentifiedImageError:
        return _by_ffmpeg(
            path, most_pixels, 0, Metadata()
        )  # Such as red, green and blue as floating numbers.
    found = _wanted_pages(image, page)
    image.seek(found.pop(0)[0])
    more, pixels = tuple(number for number, _ in found), sum(w * h for _, (w, h) in found)
    metadata = read_metadata(exif_of(image))
    if tiff.is_deep_and_planar(image):
        return replace(
            _by_ffmpeg(path, most_pixels, image.tell(), metadata), more_pages=more, more_pixels=pixels
        )

    def decode(target: Size) -> DecodedImage:
        is_turned_over = tiff.is_inverted(image)
        image.load()
        return DecodedImage.whole(shades(image, is_turned_over))

    # Pillow turns TIFFs upright by itself.
    return OpenedImage(image.size, replace(metadata, orientation=1), decode, more, pixels)


def _wanted_pages(image: Image.Image, page: int | None) -> list[tuple[int, Size]]:
    """The page that is wanted, and before the first one was read, those that follow it."""
    if page is not None:
        return [(page, (0, 0))]
    found = tiff.pages(image, SMALLEST_SIDE)
    if not found:
        raise UnusablePhoto("not_a_picture")
    if len(found) > MOST_PAGES or sum(w * h for _, (w, h) in found[1:]) > MOST_PIXELS_OF_PAGES:
        raise UnusablePhoto("too_many_pages")
    return found


def _by_ffmpeg(path: Path, most_pixels: int, page: int, metadata: Metadata) -> OpenedImage:
    frame = ffmpeg.decoded_frame(path, {"max_pixels": str(most_pixels), "page": str(page + 1)})
    size = frame.width, frame.height
    return OpenedImage(size, metadata, lambda target: DecodedImage.whole(ffmpeg.scaled_frame(frame, target)))


def _colours(primaries: int, transfer: int, brightest: float) -> "CodePointColours | None":
    from echoes.photos.decoding.cicp import of_code_points

    return of_code_points(primaries, transfer, brightest)


def _coloured(
    decode: Callable[[Size], DecodedImage],
    deep: "Callable[[], VideoFrame | None] | None",
    colours: "CodePointColours | None",
) -> Callable[[Size], DecodedImage]:
    """Decoding that heeds colours in numbers. A profile is worth more, but knows no bright light."""
    if colours is None:
        return decode

    def heeding(target: Size) -> DecodedImage:
        if colours.is_bright:
            frame = (deep() if deep else None) or _shallow(decode(target), target)
            return DecodedImage.whole(ffmpeg.tone_mapped(frame, colours.meaning, target))
        decoded = decode(target)
        return replace(decoded, profile=decoded.profile or colours.profile)

    return heeding


def _shallow(decoded: DecodedImage, target: Size) -> "VideoFrame":
    """With eight bits, where FFmpeg cannot read the file, or not its transparency."""
    picture = scaled(map(to_plain_mode, CompleteRows(decoded.bands, decoded.size[1])), decoded.size, target)
    return ffmpeg.frame_of(to_srgb(picture, None))
