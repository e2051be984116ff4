"""A photograph keeps the look of its colours, however its file coded them."""

from pathlib import Path

import pytest
from PIL import Image

from tests.photos.conftest import Develop
from tests.photos.pictures import RED, SUFFIXES, centre, is_near, save  # fmt: skip
from tests.photos.profiles import ADOBE_RGB, DISPLAY_P3, Matrix, grey_profile, in_srgb, rgb_profile


@pytest.mark.parametrize("primaries", [DISPLAY_P3, ADOBE_RGB], ids=["Display P3", "Adobe RGB"])
@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("colour", [(60, 140, 90), (190, 120, 100)])
def test_colours_of_other_spaces_look_the_same_in_srgb(
    tmp_path: Path, master: Path, thumbnail: Path, developed: Develop, suffix: str,
    primaries: Matrix, colour: tuple[int, int, int],
) -> None:  # fmt: skip
    picture = Image.new("RGB", (64, 64), colour)
    profile = rgb_profile(primaries)
    developed(save(picture, tmp_path, suffix, icc_profile=profile))
    expected = in_srgb(colour, primaries)
    assert not is_near(colour, expected)
    assert is_near(centre(master), expected, 4)
    assert is_near(centre(thumbnail), expected, 6)


def test_a_grey_profile_is_heeded(tmp_path: Path, master: Path, developed: Develop) -> None:
    developed(save(Image.new("L", (64, 64), 20), tmp_path, "png", icc_profile=grey_profile()))
    red, green, blue = centre(master)
    assert red == green == blue
    assert red == pytest.approx(12, abs=1)


@pytest.mark.parametrize("profile", [b"no profile at all", rgb_profile(ADOBE_RGB)[:200], grey_profile()])
def test_a_damaged_profile_costs_no_photo(
    tmp_path: Path, master: Path, developed: Develop, profile: bytes
) -> None:
    developed(save(Image.new("RGB", (64, 64), RED), tmp_path, "jpg", icc_profile=profile))
    assert is_near(centre(master), RED)


def test_ink_colours_become_light(tmp_path: Path, master: Path, developed: Develop) -> None:
    developed(save(Image.new("CMYK", (64, 64), (0, 200, 200, 0)), tmp_path, "jpg"))
    assert is_near(centre(master), (255, 55, 55))


def test_sixteen_bits_of_grey_keep_their_shades(tmp_path: Path, master: Path, developed: Develop) -> None:
    ramp = Image.frombytes(
        "I;16", (256, 64), b"".join((x * 257).to_bytes(2, "little") for x in range(256)) * 64
    )
    developed(save(ramp, tmp_path, "png"))
    with Image.open(master) as image:
        assert [image.getpixel((x, 32))[0] for x in (10, 64, 128, 192, 250)] == pytest.approx(  # type: ignore[index]
            [10, 64, 128, 192, 250], abs=3
        )


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_lies_on_white(
    tmp_path: Path, master: Path, developed: Develop, mode: str
) -> None:
    half = Image.new("RGBA", (128, 64), (0, 0, 0, 0))
    half.paste((0, 0, 0, 255), (64, 0, 128, 64))
    developed(save(half.convert(mode), tmp_path, "png"))
    with Image.open(master) as image:
        assert is_near(image.getpixel((20, 32)), (255, 255, 255))
        assert is_near(image.getpixel((108, 32)), (0, 0, 0))


def test_one_colour_of_a_png_can_be_transparent(tmp_path: Path, master: Path, developed: Develop) -> None:
    developed(save(Image.new("RGB", (64, 64), (0, 0, 0)), tmp_path, "png", transparency=(0, 0, 0)))
    assert is_near(centre(master), (255, 255, 255))


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB"])
def test_pictures_of_few_colours_are_photographs_too(
    tmp_path: Path, master: Path, developed: Develop, mode: str
) -> None:
    developed(save(Image.new("RGB", (64, 64), (255, 255, 255)).convert(mode), tmp_path, "png"))
    with Image.open(master) as image:
        assert (image.mode, image.getpixel((32, 32))) == ("RGB", (255, 255, 255))
