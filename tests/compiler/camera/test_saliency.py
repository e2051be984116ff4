"""Saliency: finding the subject of a photograph."""

import numpy as np
import pytest
from PIL import Image, ImageDraw
from skimage import data

from compiler.camera.faces import find_faces
from compiler.camera.saliency import find_subject

pytestmark = pytest.mark.slow


def test_a_face_is_the_subject() -> None:
    portrait = Image.fromarray(data.astronaut())  # type: ignore[no-untyped-call]
    x, y = find_subject(portrait).focus
    assert x == pytest.approx(0.44, abs=0.05)
    assert y == pytest.approx(0.23, abs=0.05)


def test_faces_keep_their_place_in_a_wide_picture() -> None:
    wide = Image.new("RGB", (2048, 512), (90, 90, 90))
    wide.paste(Image.fromarray(data.astronaut()), (1536, 0))  # type: ignore[no-untyped-call]
    assert find_subject(wide).focus == pytest.approx((0.75 + 0.44 / 4, 0.23), abs=0.04)


@pytest.mark.parametrize("place", [(0.3, 0.3), (0.7, 0.4), (0.5, 0.75)])
def test_without_faces_it_is_what_stands_out(place: tuple[float, float]) -> None:
    grain = np.random.default_rng(0).integers(110, 130, (480, 640, 3), np.uint8)
    image = Image.fromarray(grain)
    x, y = place[0] * 640, place[1] * 480
    ImageDraw.Draw(image).ellipse((x - 40, y - 40, x + 40, y + 40), fill=(230, 60, 40))
    assert find_faces(image) == []
    assert find_subject(image).focus == pytest.approx(place, abs=0.06)


@pytest.mark.parametrize("size", [(1, 1), (3, 2000), (4000, 5), (64, 64)])
def test_where_nothing_stands_out_it_is_the_middle(size: tuple[int, int]) -> None:
    assert find_subject(Image.new("RGB", size, (80, 90, 100))).focus == pytest.approx((0.5, 0.5), abs=0.05)
