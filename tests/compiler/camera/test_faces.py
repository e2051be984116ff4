"""Face detection: from the front, in profile, tilted, small."""

import pytest
from PIL import Image
from skimage import data

from compiler.camera.faces import find_faces

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def portrait() -> Image.Image:
    return Image.fromarray(data.astronaut())  # type: ignore[no-untyped-call]


def test_a_face_is_found_where_it_is(portrait: Image.Image) -> None:
    (face,) = find_faces(portrait)
    assert (face.left, face.top, face.right, face.bottom) == pytest.approx((0.35, 0.13, 0.53, 0.34), abs=0.03)


def test_a_profile_is_a_face() -> None:
    photographer = Image.fromarray(data.camera())  # type: ignore[no-untyped-call]
    (face,) = find_faces(photographer)
    assert face.centre == pytest.approx((0.44, 0.3), abs=0.03)


@pytest.mark.parametrize("degrees", [-60, -30, 30, 60])
def test_a_tilted_head_has_a_face(portrait: Image.Image, degrees: int) -> None:
    assert len(find_faces(portrait.rotate(degrees))) == 1


@pytest.mark.parametrize("side", [128, 256, 512])
def test_a_small_face_in_a_large_picture_is_found(portrait: Image.Image, side: int) -> None:
    photo = Image.new("RGB", (1600, 1200), (90, 120, 90))
    photo.paste(portrait.resize((side, side)), (700, 300))
    (face,) = find_faces(photo)
    assert face.centre == pytest.approx(((700 + 0.44 * side) / 1600, (300 + 0.235 * side) / 1200), abs=0.01)


def test_each_face_of_a_group_is_found_once(portrait: Image.Image) -> None:
    group = Image.new("RGB", (1500, 400), (100, 100, 100))
    for number in range(5):
        group.paste(portrait.resize((280, 280)), (20 + 290 * number, 60))
    assert len(find_faces(group)) == 5


@pytest.mark.parametrize("name", ["brick", "grass", "gravel", "coffee"])
def test_what_has_no_face_gives_none(name: str) -> None:
    assert find_faces(Image.fromarray(getattr(data, name)()).convert("RGB")) == []


@pytest.mark.parametrize("size", [(1, 1), (3, 2000), (9000, 40), (17, 17)])
def test_pictures_of_any_size_are_searched(size: tuple[int, int]) -> None:
    assert find_faces(Image.new("RGB", size, (200, 150, 120))) == []
