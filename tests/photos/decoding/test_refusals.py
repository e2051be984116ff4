"""What is no photograph, or too much or too little of one, is refused."""

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from echoes.photos.decoding.contract import UnusablePhoto
from echoes.photos.image_headers import read_header
from tests.photos.conftest import LIMITS, Develop
from tests.photos.pictures import (
    SUFFIXES,
    encoded,
    jpeg_with_two_frames,
    noisy,
    png_that_claims,
    quarters,
    save,
)


@pytest.mark.parametrize(
    "content",
    [
        b"", b"\0", b"just a few words", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7\n",
        b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b"\0\0\0\x18ftypheic\0\0\0\0",
        b"\0\0\0\x18ftypavif\0\0\0\0", b"\xff\xd8\xff\xe0" + bytes(500),
        b"GIF89a", b"II*\0\xff\xff\xff\xff", b"BM" + bytes(100),
        encoded(quarters(), "PPM"), encoded(quarters(), "PCX"),
    ],
)  # fmt: skip
def test_what_is_no_photograph_is_refused(tmp_path: Path, developed: Develop, content: bytes) -> None:
    path = tmp_path / "picture.jpg"
    path.write_bytes(content)
    with pytest.raises(UnusablePhoto) as refused:
        developed(path)
    assert refused.value.reason in {"not_a_picture", "damaged"}


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_half_a_file_is_refused(tmp_path: Path, developed: Develop, suffix: str, part: float) -> None:
    path = save(noisy(), tmp_path, suffix)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * part)])
    with pytest.raises(UnusablePhoto) as refused:
        developed(path)
    assert refused.value.reason in {"not_a_picture", "damaged", "incomplete"}


@pytest.mark.parametrize("size", [(1500, 1500), (60_000, 60_000), (2**31 - 1, 2**31 - 1)])
def test_a_bomb_is_refused_unopened(tmp_path: Path, developed: Develop, size: tuple[int, int]) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(png_that_claims(*size))
    with pytest.raises(UnusablePhoto, match="too_many_pixels"):
        developed(path)


@pytest.mark.parametrize("size", [(1, 1), (31, 500), (400, 20)])
def test_too_few_pixels_for_a_film_are_refused(
    tmp_path: Path, developed: Develop, size: tuple[int, int]
) -> None:
    with pytest.raises(UnusablePhoto, match="too_small"):
        developed(save(Image.new("RGB", size), tmp_path, "png"))


def test_a_strip_that_would_scale_to_nothing_is_refused(tmp_path: Path, developed: Develop) -> None:
    strip = save(Image.new("RGB", (24_000, 40)), tmp_path, "png")
    with pytest.raises(UnusablePhoto, match="too_small"):
        developed(strip, replace(LIMITS, longest_side=400))


LARGE = replace(LIMITS, pixels=9_000_000)


def test_a_header_that_claims_much_less_gains_nothing(tmp_path: Path, developed: Develop) -> None:
    path = tmp_path / "liar.jpg"
    path.write_bytes(jpeg_with_two_frames((32, 32), (2000, 1000)))
    header = read_header(path)
    assert header
    assert header.pixels == 32 * 32
    with pytest.raises(UnusablePhoto, match="damaged") as refused:
        developed(path, LARGE, claimed=header.pixels)
    assert refused.value.__cause__ is None, "before it is decoded"


def test_pages_count_together(tmp_path: Path, developed: Develop) -> None:
    path, page = tmp_path / "pages.tif", Image.new("L", (1000, 800))
    page.save(path, save_all=True, append_images=[page, page])
    with pytest.raises(UnusablePhoto, match="damaged"):
        developed(path, LARGE, None, 1000 * 800)
    assert developed(path, LARGE, None, 3 * 1000 * 800).more_pages == (1, 2)
    assert developed(path, LARGE, 2, 3 * 1000 * 800).width == 400


@pytest.mark.parametrize("claimed", [None, 2_000_000, 1_000_000, 10**12])
def test_what_is_about_as_large_as_it_claims_is_taken(
    tmp_path: Path, developed: Develop, claimed: int | None
) -> None:
    source = save(Image.new("RGB", (2000, 1000)), tmp_path, "jpg")
    assert developed(source, LARGE, None, claimed).width
