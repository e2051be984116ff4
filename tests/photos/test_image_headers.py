"""How large a picture claims to be, in every format, without a decoder."""

import io
import struct
import zlib
from pathlib import Path

import pillow_heif
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from echoes.photos import decode_queue
from echoes.photos.image_headers import Header, read_header
from tests.photos.pictures import encoded, png_that_claims, quarters

SIZE = (124, 78)
pillow_heif.register_heif_opener()
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "HEIF", "TIFF", "GIF", "BMP", "JPEG2000")
CONTENTS = {name: encoded(quarters(SIZE), name) for name in FORMATS}
JPEG_2000_STREAM = encoded(quarters(SIZE), "JPEG2000", no_jp2=True)
OPTIONS = [
    ("JPEG", {"progressive": True, "icc_profile": bytes(200_000), "comment": b"x" * 60_000}),
    ("WEBP", {"lossless": True}),
    ("WEBP", {"exif": bytes(10)}),
    ("TIFF", {"big_tiff": False, "compression": "tiff_lzw"}),
    ("HEIF", {"thumbnails": [32]}),
]


def written(folder: Path, content: bytes) -> Path:
    path = folder / "picture"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("name", FORMATS)
def test_the_size_is_what_the_decoder_finds(tmp_path: Path, name: str) -> None:
    assert read_header(written(tmp_path, CONTENTS[name])) == Header(name, 124 * 78)


@pytest.mark.parametrize(("name", "options"), OPTIONS)
def test_however_the_format_is_used(tmp_path: Path, name: str, options: dict[str, object]) -> None:
    assert read_header(written(tmp_path, encoded(quarters(SIZE), name, **options))) == Header(name, 124 * 78)


def test_a_jpeg_2000_without_its_box(tmp_path: Path) -> None:
    assert read_header(written(tmp_path, JPEG_2000_STREAM)) == Header("JPEG2000", 124 * 78)


def test_a_big_endian_tiff(tmp_path: Path) -> None:
    page = struct.pack(">HHHIIHHIHHI", 2, 256, 4, 1, 300, 257, 3, 1, 200, 0, 0)
    assert read_header(written(tmp_path, b"MM\0*\0\0\0\x08" + page)) == Header("TIFF", 60_000)


def test_all_pages_of_a_tiff_count(tmp_path: Path) -> None:
    file = io.BytesIO()
    first, second = quarters(SIZE), Image.new("L", (50, 40))
    first.save(file, "TIFF", save_all=True, append_images=[second])
    assert read_header(written(tmp_path, file.getvalue())) == Header("TIFF", 124 * 78 + 50 * 40)


def test_a_tiff_that_leads_in_a_circle_ends(tmp_path: Path) -> None:
    page = struct.pack("<HHHIHHHHIHHI", 2, 256, 3, 1, 300, 0, 257, 3, 1, 200, 0, 8)
    assert read_header(written(tmp_path, b"II*\0\x08\0\0\0" + page)) == Header("TIFF", 60_000)


@pytest.mark.parametrize(
    "content", [b"", b"Dear grandmother,", b"\xff\xd8\xff", b"\xff\xd8\xff\xe0", bytes(99)]
)
def test_what_is_no_picture_claims_nothing(tmp_path: Path, content: bytes) -> None:
    assert read_header(written(tmp_path, content)) is None


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("damaged")


@given(name=st.sampled_from(FORMATS), place=st.integers(0, 400), garbage=st.binary(max_size=40))
def test_damage_is_no_error(folder: Path, name: str, place: int, garbage: bytes) -> None:
    content = CONTENTS[name]
    for damaged in (content[:place], content[:place] + garbage + content[place + len(garbage) :]):
        header = read_header(written(folder, damaged))
        assert header is None or header.pixels >= 0


def test_photographs_of_phones_are_cheap(tmp_path: Path) -> None:
    twelve_megapixels = encoded(Image.new("RGB", (4000, 3000)), "JPEG")
    assert decode_queue.estimated_seconds(written(tmp_path, twelve_megapixels)) < decode_queue.HEAVY


def png_with_a_chunk_before_its_header(small: bytes, large: bytes) -> bytes:
    """Its sides stand where those of the header should."""
    start = len(b"\x89PNG\r\n\x1a\n")
    false_header = small[start : start + 25].replace(b"IHDR", b"teXt")
    return (
        large[:start] + false_header[:-4] + struct.pack(">I", zlib.crc32(false_header[4:-4])) + large[start:]
    )


LYING_PNG = png_with_a_chunk_before_its_header(png_that_claims(32, 32), png_that_claims(14_000, 14_000))


@pytest.mark.parametrize("content", [png_that_claims(14_000, 14_000), LYING_PNG, b"of no known format"])
def test_what_unfolds_to_much_or_is_unknown_is_expensive(tmp_path: Path, content: bytes) -> None:
    assert decode_queue.estimated_seconds(written(tmp_path, content)) >= decode_queue.HEAVY
