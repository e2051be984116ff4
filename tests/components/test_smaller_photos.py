"""Photo compression in the browser before upload, and photos that it must not touch."""

import base64
import io
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
import pytest
from PIL import ExifTags, Image
from playwright.sync_api import Browser, Page

from echoes.photos.decoding.colour import to_srgb
from echoes.photos.decoding.exif import exif_of, read_metadata
from echoes.photos.decoding.scaling import kept_size
from tests.photos.pictures import UNDO, as_shot, exif, quarters
from tests.photos.profiles import ADOBE_RGB, DISPLAY_P3, in_srgb, rgb_profile

pytestmark = [pytest.mark.chromium, pytest.mark.slow]

SCRIPTS = Path(__file__).resolve().parents[2] / "echoes" / "components" / "uploader"
LONGEST = 1000
SIZE = (1600, 1200)
ASK = """async ([name, longest]) => {
  const { smallerOf } = await import("/smaller_photos.js");
  const content = await (await fetch(`/${name}`)).arrayBuffer();
  const smaller = await smallerOf(new File([content], name), longest);
  if (!smaller) return null;
  const bytes = new Uint8Array(await smaller.photo.arrayBuffer());
  return [btoa(bytes.reduce((text, value) => text + String.fromCharCode(value), "")), smaller.hash];
}"""
Shrink = Callable[[bytes], Image.Image | None]


class QuietHandler(SimpleHTTPRequestHandler):
    photos: dict[str, bytes]

    def __init__(self, *arguments: Any, photos: dict[str, bytes], **options: Any) -> None:
        self.photos = photos
        super().__init__(*arguments, directory=str(SCRIPTS), **options)

    def do_GET(self) -> None:
        content = self.photos.get(self.path.strip("/"))
        if content is None:
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments: Any) -> None:
        """Nothing: a test's output is its own."""


@pytest.fixture(scope="module")
def photos() -> dict[str, bytes]:
    return {"index.html": b"<!doctype html><title>Photos</title>"}


@pytest.fixture(scope="module")
def page(browser: Browser, photos: dict[str, bytes]) -> Iterator[Page]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, photos=photos))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    opened = browser.new_page()
    opened.goto(f"http://127.0.0.1:{server.server_port}/index.html")
    yield opened
    opened.close()
    server.shutdown()
    server.server_close()


@pytest.fixture
def answer(page: Page, photos: dict[str, bytes]) -> Callable[[bytes], Any]:
    def ask(content: bytes) -> Any:
        photos["photo.jpg"] = content
        return page.evaluate(ASK, ["photo.jpg", LONGEST])

    return ask


@pytest.fixture
def shrink(answer: Callable[[bytes], Any]) -> Shrink:
    def made(content: bytes) -> Image.Image | None:
        found = answer(content)
        return Image.open(io.BytesIO(base64.b64decode(found[0]))) if found else None

    return made


def grainy(image: Image.Image) -> Image.Image:
    """As cameras make them, and so of a few megabytes."""
    noise = np.random.default_rng(7).normal(0, 18, (image.height, image.width, 1))
    return Image.fromarray(np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8))


def encoded(image: Image.Image, codec: str = "JPEG", **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, codec, **({"quality": 98} if codec == "JPEG" else {}) | options)
    assert len(file.getvalue()) > 1_000_000
    return file.getvalue()


def of_quarters(image: Image.Image) -> np.ndarray:
    return np.asarray(image.convert("RGB").resize((2, 2), Image.Resampling.BOX)).astype(int)


@pytest.mark.parametrize("orientation", UNDO)
def test_it_is_upright_and_as_large_as_it_is_kept(shrink: Shrink, orientation: int) -> None:
    upright = grainy(quarters(SIZE))
    shot = encoded(as_shot(upright, orientation), exif=exif(orientation))
    smaller = shrink(shot)
    assert smaller is not None
    assert smaller.size == kept_size(SIZE, LONGEST)
    assert smaller.getexif().get(ExifTags.Base.Orientation) == 1
    assert np.abs(of_quarters(smaller) - of_quarters(upright)).max() < 4


def test_it_says_when_it_was_taken_and_nothing_else(shrink: Shrink) -> None:
    block = exif(3, "2019:07:14 18:30:05", "+02:00")
    smaller = shrink(encoded(grainy(quarters(SIZE)), exif=block))
    assert smaller is not None
    written = smaller.getexif()
    assert set(written) == {ExifTags.Base.Orientation, ExifTags.Base.ExifOffset}
    details = written.get_ifd(ExifTags.IFD.Exif)
    assert set(details) == {ExifTags.Base.DateTimeOriginal, ExifTags.Base.OffsetTimeOriginal}
    taken_at = read_metadata(exif_of(smaller)).taken_at
    assert taken_at is not None
    assert taken_at.isoformat() == "2019-07-14T16:30:05+00:00"


def test_the_same_photo_gives_the_same_bytes(answer: Callable[[bytes], Any]) -> None:
    """So that an upload goes on after the page was loaded anew."""
    content = encoded(grainy(quarters(SIZE)))
    assert answer(content) == answer(content)


def test_wide_colours_stay_wide(shrink: Shrink) -> None:
    green = grainy(Image.new("RGB", SIZE, (20, 230, 30)))
    smaller = shrink(encoded(green, icc_profile=rgb_profile(DISPLAY_P3)))
    assert smaller is not None
    seen = to_srgb(smaller.resize((1, 1), Image.Resampling.BOX), smaller.info["icc_profile"]).getpixel((0, 0))
    wanted = in_srgb((20, 230, 30), DISPLAY_P3)
    assert np.abs(np.subtract(np.asarray(seen), wanted)).max() < 6


@pytest.mark.parametrize("codec", ["PNG", "WEBP"])
def test_other_formats_that_browsers_read_truly_are_made_smaller_too(shrink: Shrink, codec: str) -> None:
    upright = grainy(quarters(SIZE))
    smaller = shrink(
        encoded(upright, codec, **({"quality": 100} if codec == "WEBP" else {"compress_level": 1}))
    )
    assert smaller is not None
    assert smaller.format == "JPEG"
    assert np.abs(of_quarters(smaller) - of_quarters(upright)).max() < 4


def sixteen_bit() -> bytes:
    return deep_png(np.random.default_rng(1).integers(0, 65536, (600, 800, 3), dtype=np.uint16))


def deep_png(values: np.ndarray) -> bytes:
    height, width, _ = values.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows, 1))
        + chunk(b"IEND", b"")
    )


def with_segment(marker: int, payload: bytes) -> bytes:
    jpeg = encoded(grainy(quarters(SIZE)))
    return jpeg[:2] + bytes([0xFF, marker]) + (len(payload) + 2).to_bytes(2) + payload + jpeg[2:]


def animated() -> bytes:
    frames = [grainy(quarters(SIZE)), grainy(quarters(SIZE)).rotate(180)]
    return encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], quality=98)


def cmyk() -> bytes:
    return encoded(grainy(quarters(SIZE)).convert("CMYK"))


def heic() -> bytes:
    pillow_heif.register_heif_opener()
    return encoded(grainy(quarters(SIZE)), "HEIF", quality=95, enc_params={"preset": "ultrafast"})


def small() -> bytes:
    file = io.BytesIO()
    grainy(quarters((500, 400))).save(file, "JPEG", quality=98)
    return file.getvalue()


LEFT = {
    "small": small,
    "16-bit-png": sixteen_bit,
    "adobe-rgb": lambda: encoded(grainy(quarters(SIZE)), icc_profile=rgb_profile(ADOBE_RGB)),
    "broken-profile": lambda: encoded(grainy(quarters(SIZE)), icc_profile=b"no profile at all"),
    "png-with-profile": lambda: encoded(grainy(quarters(SIZE)), "PNG", icc_profile=rgb_profile(DISPLAY_P3)),
    "png-on-its-side": lambda: encoded(grainy(quarters(SIZE)), "PNG", exif=exif(6)),
    "cmyk": cmyk,
    "animated": animated,
    "breaks-off": lambda: encoded(grainy(quarters(SIZE)))[:-2000],
    "gain-map": lambda: with_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x hdrgm:Version='1.0'/>"),
    "several-pictures": lambda: with_segment(0xE2, b"MPF\0II*\0\x08\0\0\0"),
    "broken-exif": lambda: with_segment(0xE1, b"Exif\0\0II*\0\xff\xff\xff\x7f"),
    "tiff": lambda: encoded(grainy(quarters(SIZE)), "TIFF"),
    "heic": heic,
    "no-picture": lambda: b"Dear all, " * 200_000,
}


@pytest.mark.parametrize("make", LEFT.values(), ids=LEFT)
def test_it_is_sent_as_it_is(shrink: Shrink, make: Callable[[], bytes]) -> None:
    assert shrink(make()) is None


def test_what_would_save_less_than_a_third_is_sent_as_it_is(page: Page, photos: dict[str, bytes]) -> None:
    photos["photo.jpg"] = encoded(grainy(quarters((2400, 1800))), quality=92)
    assert page.evaluate(ASK, ["photo.jpg", 4096]) is None
    assert page.evaluate(ASK, ["photo.jpg", LONGEST])


def test_without_what_it_takes_the_original_is_sent(page: Page, photos: dict[str, bytes]) -> None:
    photos["photo.jpg"] = encoded(grainy(quarters(SIZE)))
    without = ASK.replace(
        "async ([name, longest]) => {", "async ([name, longest]) => { delete globalThis.OffscreenCanvas;"
    )
    try:
        assert page.evaluate(without, ["photo.jpg", LONGEST]) is None
    finally:
        page.reload()
    assert page.evaluate(ASK, ["photo.jpg", LONGEST])


def test_a_worker_that_fails_costs_no_photo(page: Page, photos: dict[str, bytes]) -> None:
    photos["photo_worker.js"], photos["photo.jpg"] = (
        b"throw new Error('no memory');",
        b"\xff\xd8\xff" * 500_000,
    )
    try:
        page.reload()
        assert page.evaluate(ASK, ["photo.jpg", LONGEST]) is None
    finally:
        del photos["photo_worker.js"]
        page.reload()
