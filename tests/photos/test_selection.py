"""Near-duplicates and badly blurred photos, told from others: measured on a set made of real photographs."""

import io
from collections.abc import Callable
from itertools import combinations
from uuid import uuid4

import pytest
from PIL import Image, ImageEnhance, ImageFilter

from echoes.models import Photo
from echoes.photos.decoding.measures import distance, fingerprint_of, sharpness_of
from echoes.photos.selection import BLURRED, MOST_DIFFERENT_BITS, AsideReason, set_aside
from tests.support.media.photos import subject

SUBJECTS = (
    "astronaut.png", "camera.png", "chelsea.png", "coffee.png", "motorcycle_left.png", "rocket.jpg",
)  # fmt: skip


def picture(name: str) -> Image.Image:
    return subject(name, 480).convert("RGB")


def encoded(image: Image.Image) -> Image.Image:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=40)
    return Image.open(file)


def cropped(image: Image.Image) -> Image.Image:
    x, y = image.width // 60, image.height // 60
    return image.crop((x, y, image.width - x, image.height - y))


SAME: dict[str, Callable[[Image.Image], Image.Image]] = {
    "encoded anew": encoded,
    "a little cropped": cropped,
    "brighter": lambda image: ImageEnhance.Brightness(image).enhance(1.25),
    "darker": lambda image: ImageEnhance.Brightness(image).enhance(0.75),
    "half the size": lambda image: image.resize((image.width // 2, image.height // 2)),
    "more contrast": lambda image: ImageEnhance.Contrast(image).enhance(1.3),
}


@pytest.mark.parametrize("name", SUBJECTS)
@pytest.mark.parametrize("change", SAME.values(), ids=SAME)
def test_the_same_picture_is_found(name: str, change: Callable[[Image.Image], Image.Image]) -> None:
    original = picture(name)
    assert distance(fingerprint_of(original), fingerprint_of(change(original))) <= MOST_DIFFERENT_BITS


def test_different_pictures_are_different() -> None:
    fingerprints = [fingerprint_of(picture(name)) for name in SUBJECTS]
    assert min(distance(*pair) for pair in combinations(fingerprints, 2)) > MOST_DIFFERENT_BITS


@pytest.mark.parametrize("name", SUBJECTS)
def test_only_what_is_badly_blurred_counts_as_blurred(name: str) -> None:
    original = picture(name)
    assert sharpness_of(original) > 10 * BLURRED
    assert sharpness_of(original.filter(ImageFilter.GaussianBlur(6))) < BLURRED


def test_a_picture_of_one_colour_is_measured_as_well() -> None:
    plain = Image.new("RGB", (300, 200), "grey")
    assert (fingerprint_of(plain), sharpness_of(plain)) == ("0" * 16, 0.0)


def photo(fingerprint: str, sharpness: float | None = 1.0, is_used_anyway: bool = False) -> Photo:
    return Photo(
        owner_id=uuid4(), project_id=uuid4(), filename="a.jpg", width=4, height=3, size_bytes=1,
        master_key="", thumbnail_key="", fingerprint=fingerprint, sharpness=sharpness,
        is_used_anyway=is_used_anyway,
    )  # fmt: skip


def test_of_similar_photos_the_sharpest_stays() -> None:
    soft, sharp, other = photo("0" * 16, 0.5), photo("0" * 15 + "1", 0.9), photo("f" * 16)
    found = set_aside([soft, sharp, other])
    assert {key: (aside.reason, aside.similar_to) for key, aside in found.items()} == {
        soft.id: (AsideReason.SIMILAR, sharp.id)
    }


def test_what_has_a_clip_or_is_wanted_anyway_stays() -> None:
    soft, sharp = photo("0" * 16, 0.5), photo("0" * 16, 0.9)
    assert set(set_aside([soft, sharp], in_use={soft.id})) == {sharp.id}
    assert set(set_aside([soft, sharp], in_use={soft.id, sharp.id})) == set()
    anyway = photo("0" * 16, 0.3, is_used_anyway=True)
    assert set(set_aside([soft, sharp, anyway])) == {soft.id}
    assert set(set_aside([sharp, anyway], in_use={anyway.id})) == set()


def test_a_blurred_photo_is_set_aside_only_beside_sharp_ones() -> None:
    blurred, others = photo("0" * 16, 0.004), [photo("f" * 16), photo("0f" * 8)]
    assert set_aside([blurred, *others])[blurred.id].reason == AsideReason.BLURRED
    assert set_aside([photo("0" * 16, 0.004), photo("f" * 16, 0.006)]) == {}


def test_what_was_never_measured_is_never_set_aside() -> None:
    unknown = [photo("0" * 16, None), photo("0" * 16, None)]
    for one in unknown:
        one.fingerprint = None
    assert set_aside(unknown) == {}
