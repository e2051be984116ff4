"""A photograph being decoded in a folder of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageFile

from echoes.photos import sandbox_runner
from echoes.photos.decoding.contract import DecodeLimits, RenditionFacts
from echoes.photos.decoding.renditions import write_renditions
from echoes.processes.fork_client import ForkClient

LIMITS = DecodeLimits(pixels=1_000_000, longest_side=400, thumbnail_side=100)
Develop = Callable[..., RenditionFacts]
StandIn = Callable[..., str]


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
        source: Path, limits: DecodeLimits = LIMITS, page: int | None = None, claimed: int | None = None
    ) -> RenditionFacts:
        return write_renditions(source, master, thumbnail, limits, page, claimed)

    return run


@pytest.fixture
def children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ForkClient]:
    """With a fork server of the test's own, which finds modules in `modules`."""
    environment = sandbox_runner.ENVIRONMENT | {"PYTHONPATH": str(tmp_path / "modules")}
    monkeypatch.setattr(sandbox_runner, "ENVIRONMENT", environment)
    client = ForkClient(environment)
    monkeypatch.setattr(sandbox_runner, "CHILDREN", client)
    yield client
    client.close()


@pytest.fixture
def stand_in(tmp_path: Path, children: ForkClient) -> StandIn:
    """A module that does this instead, by its name: no picture is at hand that crashes today's codecs."""
    (tmp_path / "modules").mkdir()

    def make(code: str, name: str = "stand_in") -> str:
        (tmp_path / "modules" / f"{name}.py").write_text(code)
        return name

    return make
