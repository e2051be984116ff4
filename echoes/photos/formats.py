"""Image formats that are taken as photographs: one table for the decoder, the chooser and the sentences."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ImageFormat:
    """`codec` is Pillow's name; `name` is what people call it."""

    name: str
    codec: str
    media_types: tuple[str, ...]
    suffixes: tuple[str, ...]


FORMATS = (
    ImageFormat("JPEG", "JPEG", ("image/jpeg",), (".jpg", ".jpeg", ".jpe", ".jfif")),
    ImageFormat("PNG", "PNG", ("image/png",), (".png",)),
    ImageFormat("HEIC", "HEIF", ("image/heic", "image/heif"), (".heic", ".heif", ".hif")),
    ImageFormat("AVIF", "AVIF", ("image/avif",), (".avif",)),
    ImageFormat("WebP", "WEBP", ("image/webp",), (".webp",)),
    ImageFormat("TIFF", "TIFF", ("image/tiff",), (".tif", ".tiff")),
    ImageFormat(
        "JPEG 2000", "JPEG2000", ("image/jp2", "image/jpx"), (".jp2", ".j2k", ".jpf", ".jpx", ".j2c")
    ),
    ImageFormat("BMP", "BMP", ("image/bmp",), (".bmp",)),
    ImageFormat("GIF", "GIF", ("image/gif",), (".gif",)),
)

CODECS = tuple(taken.codec for taken in FORMATS)
ACCEPT = ",".join(word for taken in FORMATS for word in (*taken.media_types, *taken.suffixes))
"""What a file chooser offers. The suffixes too: browsers do not know the media types of all of them."""
IN_WORDS = ", ".join(taken.name for taken in FORMATS[:-1]) + f" and {FORMATS[-1].name}"
