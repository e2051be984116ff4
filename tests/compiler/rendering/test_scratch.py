"""Scratch folders: nothing stays beside a film for ever, not even after a renderer was killed."""

import os
import time
from pathlib import Path
from uuid import uuid4

import pytest

from compiler.errors import FileMissing
from compiler.rendering.scratch import scratch_folder


def left(folder: Path, name: str, hours: float) -> Path:
    found = folder / name
    found.mkdir()
    (found / "x.piece").write_bytes(b"piece")
    moment = time.time() - hours * 3600
    os.utime(found, (moment, moment))
    return found


def test_it_is_there_while_it_is_needed(tmp_path: Path) -> None:
    with scratch_folder(tmp_path) as folder:
        (folder / "x.piece").write_bytes(b"piece")
    assert list(tmp_path.iterdir()) == []


def test_it_goes_when_the_work_fails(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), scratch_folder(tmp_path) as folder:
        (folder / "x.piece").write_bytes(b"piece")
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_renderer_left_goes_a_day_later(tmp_path: Path) -> None:
    abandoned = left(tmp_path, f".film-{uuid4().hex}", hours=25)
    in_use = left(tmp_path, f".film-{uuid4().hex}", hours=23)
    with scratch_folder(tmp_path):
        assert not abandoned.exists()
        assert in_use.exists()


def test_what_is_not_ours_stays(tmp_path: Path) -> None:
    theirs = [left(tmp_path, name, hours=100) for name in (".film-notes", "film-1", ".film-")]
    with scratch_folder(tmp_path):
        assert all(folder.exists() for folder in theirs)


def test_no_folder_for_the_film_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(FileMissing), scratch_folder(tmp_path / "nowhere"):
        pass
