"""A quarter turn of the kept files: clockwise, small to see, and without the losses of another encoding."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from echoes.photos.decoding.renditions import MASTER
from echoes.photos.decoding.rotating import main, rotate
from tests.photos.pictures import BLUE, GREEN, RED, YELLOW, corners, is_near, quarters
from tests.support.media.samples import textured

EXACT, NOT_SEEN = 60.0, 39.0
"""In decibels of signal to noise, at peak."""


def save_master(path: Path, image: Image.Image) -> Path:
    image.save(path, **MASTER)
    return path


def turned(master: Path, times: int = 1) -> Path:
    for number in range(times):
        rotated = master.with_name(f"{number + 1}.jpg")
        rotate(master, rotated, master.with_name("thumbnail.webp"), 100)
        master = rotated
    return master


def likeness(first: Path, second: Path) -> float:
    with Image.open(first) as one, Image.open(second) as other:
        assert one.size == other.size
        difference = np.asarray(one, float) - np.asarray(other, float)
    return float(10 * np.log10(255**2 / max(1e-9, (difference**2).mean())))


@pytest.mark.parametrize("size", [(160, 96), (157, 93)])
def test_clockwise_in_the_master_and_in_the_thumbnail(tmp_path: Path, size: tuple[int, int]) -> None:
    master = save_master(tmp_path / "master.jpg", quarters(size))
    assert rotate(master, tmp_path / "1.jpg", tmp_path / "thumbnail.webp", 100) == size[::-1]
    for name, longest in (("1.jpg", size[0]), ("thumbnail.webp", 100)):
        with Image.open(tmp_path / name) as image:
            assert max(image.size) == longest
            assert image.height > image.width
            pairs = zip(corners(image.convert("RGB")), (BLUE, RED, YELLOW, GREEN), strict=True)
            assert all(is_near(colour, expected, 8) for colour, expected in pairs)


@pytest.mark.parametrize(
    ("size", "least"),
    [((640, 360), EXACT), ((637, 360), NOT_SEEN), ((637, 357), NOT_SEEN)],
)
def test_all_the_way_round_it_is_what_it_was(tmp_path: Path, size: tuple[int, int], least: float) -> None:
    master = save_master(tmp_path / "master.jpg", textured(*size))
    assert likeness(master, turned(master, 4)) >= least


def test_a_turn_and_its_file_are_as_large_as_before(tmp_path: Path) -> None:
    master = save_master(tmp_path / "master.jpg", textured(640, 360))
    assert turned(master, 8).stat().st_size == pytest.approx(master.stat().st_size, rel=0.01)


def test_nothing_but_a_kept_master_is_opened(tmp_path: Path) -> None:
    picture = tmp_path / "master.png"
    quarters().save(picture)
    names = {"master": picture, "rotated": tmp_path / "1.jpg", "thumbnail": tmp_path / "thumbnail.webp"}
    answer = main({name: str(path) for name, path in names.items()} | {"thumbnail_side": 100})
    assert "cannot identify" in answer["cause"]
    assert not (tmp_path / "1.jpg").exists()
