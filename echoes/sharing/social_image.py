"""Pictures of a film: the link preview (og:image) of 1200 × 630 pixels, and the small poster of the page."""

import io
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageOps

SIZE = (1200, 630)
"""What all large messengers show whole; they cut others, or show them as a small square."""
MOST_BYTES = 290_000
"""WhatsApp leaves out what has more than 300 KB."""
QUALITIES = (82, 74, 66, 58, 48, 38)
MOST_BYTES_OF_SMALL = 13_000
"""With it the share page stays under 50 KB."""
SMALL = ((640, 62), (640, 46), (560, 40), (480, 40), (400, 30))
"""Longest side and quality, of which the first that is light enough is taken."""
MEDIA_TYPE, SMALL_MEDIA_TYPE = "image/jpeg", "image/webp"
MOST_CUT = 0.2
"""Of the poster's height: more would cut heads, so a taller one stands whole on a blurred ground."""
BUTTON, SMOOTH = 132, 4
RUST, PAPER = (156, 63, 28), (255, 250, 245)


def link_preview(poster: Path) -> bytes:
    """A JPEG with a play button: that it is a film is seen before it is opened."""
    with Image.open(poster, formats=["JPEG"]) as opened:
        picture = _filled(opened.convert("RGB"))
    _draw_button(picture)
    return _within(picture, MOST_BYTES)


def small_poster(poster: Path) -> bytes:
    """Light enough for a phone far from town. As it is, where it is so light already."""
    with Image.open(poster, formats=["JPEG", "WEBP"]) as opened:
        if opened.format == "WEBP" and poster.stat().st_size <= MOST_BYTES_OF_SMALL:
            return poster.read_bytes()
        picture = opened.convert("RGB")
    for side, quality in SMALL:
        written = io.BytesIO()
        ImageOps.contain(picture, (side, side)).save(written, "WEBP", quality=quality, method=5)
        if written.tell() <= MOST_BYTES_OF_SMALL:
            break
    return written.getvalue()


def _filled(poster: Image.Image) -> Image.Image:
    if poster.height / poster.width * SIZE[0] <= SIZE[1] * (1 + MOST_CUT):
        return ImageOps.fit(poster, SIZE, Image.Resampling.LANCZOS)
    ground = ImageOps.fit(poster, SIZE).filter(ImageFilter.GaussianBlur(36))
    ground = ImageEnhance.Brightness(ground).enhance(0.55)
    whole = ImageOps.contain(poster, SIZE, Image.Resampling.LANCZOS)
    ground.paste(whole, ((SIZE[0] - whole.width) // 2, (SIZE[1] - whole.height) // 2))
    return ground


def _draw_button(picture: Image.Image) -> None:
    """Drawn larger and made smaller, so that its edges are smooth."""
    side = BUTTON * SMOOTH
    disc, mark = Image.new("L", (side, side)), Image.new("L", (side, side))
    ImageDraw.Draw(disc).ellipse((0, 0, side - 1, side - 1), fill=235)
    corners = [(0.4, 0.3), (0.4, 0.7), (0.72, 0.5)]
    ImageDraw.Draw(mark).polygon([(x * side, y * side) for x, y in corners], fill=255)
    place = ((picture.width - BUTTON) // 2, (picture.height - BUTTON) // 2)
    for colour, mask in ((RUST, ImageChops.subtract(disc, mark)), (PAPER, mark)):
        shape = mask.resize((BUTTON, BUTTON), Image.Resampling.LANCZOS)
        picture.paste(Image.new("RGB", shape.size, colour), place, shape)


def _within(picture: Image.Image, most: int) -> bytes:
    """The best quality that fits; of noise the last one still does."""
    for quality in QUALITIES:
        written = io.BytesIO()
        picture.save(written, "JPEG", quality=quality, optimize=True, progressive=True)
        if written.tell() <= most:
            break
    return written.getvalue()
