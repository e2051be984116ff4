"""Paper borders of scanned prints."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from compiler.camera.border import find_picture
from compiler.subject import WHOLE


def scene(size: tuple[int, int] = (800, 600)) -> Image.Image:
    """Something of every lightness, up to its edges."""
    noise = np.random.default_rng(3).integers(0, 255, (12, 16, 3), np.uint8)
    return Image.fromarray(noise).resize(size, Image.Resampling.BICUBIC)


def printed(picture: Image.Image, border: tuple[int, int, int, int], paper: str = "#efe6d0") -> Image.Image:
    left, top, right, bottom = border
    whole = Image.new("RGB", (picture.width + left + right, picture.height + top + bottom), paper)
    whole.paste(picture, (left, top))
    grain = np.random.default_rng(4).normal(0, 3, (whole.height, whole.width, 1))
    return Image.fromarray((np.asarray(whole, np.float32) + grain).clip(0, 255).astype(np.uint8))


@pytest.mark.parametrize("border", [(40, 40, 40, 40), (20, 20, 20, 90), (60, 10, 60, 10)])
@pytest.mark.parametrize("paper", ["#ffffff", "#efe6d0", "#e0d2b0"])
def test_what_is_inside_the_border_is_the_picture(border: tuple[int, int, int, int], paper: str) -> None:
    whole = printed(scene(), border, paper)
    found = find_picture(whole).scaled(*whole.size)
    left, top, right, bottom = border
    assert left <= found.left <= left + 14
    assert top <= found.top <= top + 14
    assert whole.width - right - 14 <= found.right <= whole.width - right
    assert whole.height - bottom - 14 <= found.bottom <= whole.height - bottom


def test_a_picture_without_a_border_is_whole() -> None:
    assert find_picture(scene()) == WHOLE


def test_a_dark_frame_is_no_paper() -> None:
    assert find_picture(printed(scene(), (40, 40, 40, 40), "#202020")) == WHOLE


def test_snow_and_a_bright_sky_are_no_border() -> None:
    snow = Image.new("RGB", (800, 600), "#f4f4f4")
    ImageDraw.Draw(snow).ellipse((330, 200, 470, 560), fill="#703020")
    assert find_picture(snow) == WHOLE


def test_a_border_on_three_sides_is_left_alone() -> None:
    assert find_picture(printed(scene(), (40, 40, 40, 0))) == WHOLE


@pytest.mark.parametrize("size", [(1, 1), (20, 900), (3000, 33)])
def test_a_picture_of_one_colour_is_whole(size: tuple[int, int]) -> None:
    assert find_picture(Image.new("RGB", size, "white")) == WHOLE
