"""What people send arrives as a photograph; what nobody should send is refused."""

from pathlib import Path

import pytest
from PIL import Image

from echoes.photos.decoding.contract import DecodeLimits, UnusablePhoto
from echoes.photos.decoding.renditions import write_renditions
from tests.support.media.photos import MEGABYTE, make_hostile, make_photos, make_unusual

pytestmark = pytest.mark.slow

LIMITS = DecodeLimits(pixels=100_000_000, longest_side=4096, thumbnail_side=480)


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return make_photos(tmp_path_factory.mktemp("photos"), longest_side=640)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return make_hostile(tmp_path_factory.mktemp("hostile"))


def test_the_six_differ_in_format_and_shape(photos: list[Path]) -> None:
    with_formats = {}
    for path in photos:
        with Image.open(path) as image:
            with_formats[path.suffix] = (image.format, image.width > image.height)
    assert with_formats == {
        ".JPG": ("JPEG", False),
        ".png": ("PNG", True),
        ".webp": ("WEBP", True),
        ".avif": ("AVIF", True),
        ".HEIC": ("HEIF", True),
        ".jpeg": ("JPEG", False),
    }


def test_the_phone_picture_lies_on_its_side_and_tells_where_it_was_taken(photos: list[Path]) -> None:
    with Image.open(photos[0]) as image:
        assert image.getexif()[0x0112] == 6
        assert image.getexif().get_ifd(0x8825)


def test_one_has_transparent_corners_and_one_a_wide_colour_space(photos: list[Path]) -> None:
    with Image.open(photos[1]) as image:
        assert image.getpixel((0, 0))[3] == 0  # type: ignore[index]
    with Image.open(photos[5]) as image:
        assert image.info["icc_profile"]


def test_every_one_is_developed_upright(photos: list[Path], tmp_path: Path) -> None:
    for path in photos:
        developed = write_renditions(path, tmp_path / "master", tmp_path / "thumbnail", LIMITS)
        assert (developed.width > developed.height) == (path.suffix != ".jpeg"), path.name


@pytest.mark.parametrize("reason", ["truncated", "truncated heic", "text", "bomb", "svg", "empty"])
def test_what_is_no_whole_photograph_is_refused(
    reason: str, hostile: dict[str, Path], tmp_path: Path
) -> None:
    with pytest.raises(UnusablePhoto):
        write_renditions(hostile[reason], tmp_path / "master", tmp_path / "thumbnail", LIMITS)


def test_the_oversized_one_is_a_picture_but_too_large_to_send(hostile: dict[str, Path]) -> None:
    assert hostile["too large"].stat().st_size > 100 * MEGABYTE


def test_unusual_photographs_are_photographs(tmp_path: Path) -> None:
    for reason, path in make_unusual(tmp_path).items():
        developed = write_renditions(path, tmp_path / "master", tmp_path / "thumbnail", LIMITS)
        assert developed.width > developed.height, reason
