"""A small clip to be signed, in a data folder of its own."""

import shutil
from pathlib import Path

import pytest

from echoes.content_credentials.provenance import MovementSource, ShotProvenance

CAMERA = MovementSource(False, "Camera moves", "Camera moves")
RUNWAY = MovementSource(True, "Runway", "Runway Gen-4 Turbo")
SHOTS = (ShotProvenance(0.0, 5.0, CAMERA), ShotProvenance(4.5, 9.5, RUNWAY))


@pytest.fixture
def clip(data_dir: Path, small_clip: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(small_clip, tmp_path / "clip.mp4"))
