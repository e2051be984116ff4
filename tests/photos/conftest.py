"""A photograph being developed in a folder of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageFile

from echoes.photos.decoding.contract import Developed, Limits
from echoes.photos.decoding.renditions import develop

LIMITS = Limits(pixels=1_000_000, longest_side=400, thumbnail_side=100)
Develop = Callable[..., Developed]


@pytest.fixture
def master(tmp_path: Path) -> Path:
    return tmp_path / "master.jpg"


@pytest.fixture
def thumbnail(tmp_path: Path) -> Path:
    return tmp_path / "thumbnail.webp"


@pytest.fixture
def developed(master: Path, thumbnail: Path, monkeypatch: pytest.MonkeyPatch) -> Develop:
    # Developing sets these for its process of one picture.
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", False)

    def run(
        source: Path, limits: Limits = LIMITS, page: int | None = None, claimed: int | None = None
    ) -> Developed:
        return develop(source, master, thumbnail, limits, page, claimed)

    return run
