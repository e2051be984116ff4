"""From a file that somebody sent to the photograph that is kept: upright, and silent on who and where."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from tests.photos.conftest import Develop
from tests.photos.pictures import (
    BLUE,
    GREEN,
    RED,
    SECRET,
    SUFFIXES,
    YELLOW,
    as_shot,
    centre,
    corners,
    encoded,
    exif,
    is_near,
    noisy,
    quarters,
    save,
)  # fmt: skip
from tests.photos.profiles import DISPLAY_P3, rgb_profile


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "avif"])
def test_it_is_made_upright(
    tmp_path: Path, master: Path, developed: Develop, suffix: str, orientation: int
) -> None:
    stored = as_shot(quarters(), orientation)
    facts = developed(save(stored, tmp_path, suffix, exif=exif(orientation)))
    assert (facts.width, facts.height) == (160, 96)
    with Image.open(master) as image:
        assert image.size == (160, 96)
        seen = corners(image)
    for colour, expected in zip(seen, (RED, GREEN, BLUE, YELLOW), strict=True):
        assert is_near(colour, expected, 12)


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_photo_of_an_iphone_is_made_upright_once(
    tmp_path: Path, master: Path, developed: Develop, orientation: int
) -> None:
    developed(save(as_shot(quarters(), orientation), tmp_path, "heic", exif=exif(orientation)))
    with Image.open(master) as image:
        assert image.size == (160, 96)
        assert is_near(corners(image)[0], RED, 12)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_all_that_says_where_and_who_is_gone(
    tmp_path: Path, master: Path, thumbnail: Path, developed: Develop, suffix: str
) -> None:
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", SECRET)
    jpeg: dict[str, Any] = {"comment": SECRET, "xmp": SECRET.encode()}
    more = {"jpg": jpeg, "png": {"pnginfo": text}}.get(suffix, {})
    source = save(noisy(), tmp_path, suffix, exif=exif(), icc_profile=rgb_profile(DISPLAY_P3), **more)
    assert b"Lilac Lane" in source.read_bytes()
    developed(source)
    for path in (master, thumbnail):
        with Image.open(path) as image:
            assert dict(image.getexif()) == {}
            assert set(image.info) <= {
                "jfif",
                "jfif_version",
                "jfif_unit",
                "jfif_density",
                "loop",
                "background",
            }
        assert b"Lilac" not in path.read_bytes()
    assert jpeg_segments(master) <= {"APP0", "DQT", "SOF0", "DHT", "SOS"}
    assert webp_chunks(thumbnail) <= {b"VP8 "}


def jpeg_segments(path: Path) -> set[str]:
    names = {0xE0: "APP0", 0xDB: "DQT", 0xC0: "SOF0", 0xC4: "DHT", 0xDA: "SOS"}
    content, position, found = path.read_bytes(), 2, set()
    while content[position + 1] != 0xDA:
        found.add(names.get(content[position + 1], hex(content[position + 1])))
        position += 2 + int.from_bytes(content[position + 2 : position + 4])
    return found


def webp_chunks(path: Path) -> set[bytes]:
    content, position, found = path.read_bytes(), 12, set()
    while position < len(content):
        found.add(content[position : position + 4])
        size = int.from_bytes(content[position + 4 : position + 8], "little")
        position += 8 + size + size % 2
    return found


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_capture_date_is_kept_apart(tmp_path: Path, developed: Develop, suffix: str) -> None:
    facts = developed(save(quarters(), tmp_path, suffix, exif=exif(date="1987:08:02 11:05:00")))
    assert facts.taken_at == "1987-08-02T11:05:00+00:00"


@pytest.mark.parametrize(
    ("date", "offset", "expected"),
    [
        ("2024:06:02 00:30:00", "+02:00", "2024-06-01T22:30:00+00:00"),
        ("2024:06:02 00:30:00", "nonsense", "2024-06-02T00:30:00+00:00"),
        ("0000:00:00 00:00:00", "", None),
        ("    :  :     :  :  ", "", None),
        ("0001:01:01 00:00:00", "+14:00", "0001-01-01T00:00:00+00:00"),
        ("yesterday", "", None),
    ],
)
def test_cameras_that_know_little_about_time(
    tmp_path: Path, developed: Develop, date: str, offset: str, expected: str | None
) -> None:
    facts = developed(save(quarters(), tmp_path, "jpg", exif=exif(date=date, offset=offset)))
    assert facts.taken_at == expected


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_large_ones_are_scaled_and_small_ones_are_not(
    tmp_path: Path, master: Path, thumbnail: Path, developed: Develop, suffix: str
) -> None:
    facts = developed(save(quarters((1000, 600)), tmp_path, suffix))
    assert 300 <= facts.width <= 400
    assert facts.width / facts.height == pytest.approx(1000 / 600, rel=0.01)
    with Image.open(master) as large, Image.open(thumbnail) as small:
        assert large.size == (facts.width, facts.height)
        assert small.size == (100, 60)
    facts = developed(save(quarters((90, 60)), tmp_path, suffix))
    assert (facts.width, facts.height) == (90, 60)


def test_the_master_keeps_full_colour_resolution(tmp_path: Path, master: Path, developed: Develop) -> None:
    developed(save(quarters(), tmp_path, "png"))
    with Image.open(master) as image:
        assert image.format == "JPEG"
        assert [component[1:3] for component in image.layer] == [(1, 1)] * 3  # type: ignore[attr-defined]


@pytest.mark.parametrize("suffix", ["webp", "png", "avif"])
def test_of_a_moving_picture_the_first_one_counts(
    tmp_path: Path, master: Path, developed: Develop, suffix: str
) -> None:
    first, second = Image.new("RGB", (64, 64), GREEN), Image.new("RGB", (64, 64), RED)
    developed(save(first, tmp_path, suffix, save_all=True, append_images=[second], duration=100))
    assert is_near(centre(master), GREEN)


def test_the_two_pictures_in_one_of_a_phone_count_as_one(
    tmp_path: Path, master: Path, developed: Develop
) -> None:
    path = tmp_path / "picture.jpg"
    path.write_bytes(encoded(quarters(), "MPO", save_all=True, append_images=[quarters((40, 24))]))
    facts = developed(path)
    assert (facts.width, facts.height) == (160, 96)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data", "ignore:Truncated File Read")
def test_a_broken_exif_block_costs_no_photo(tmp_path: Path, developed: Develop) -> None:
    for block in (b"Exif\0\0MM\0*\xff\xff\xff\xff", b"Exif\0\0garbage", exif()[:40]):
        facts = developed(save(quarters(), tmp_path, "jpg", exif=block))
        assert (facts.width, facts.height) == (160, 96)
