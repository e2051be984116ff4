"""Files that all workers of a test run share (tests/support/once.py), when their making fails."""

from pathlib import Path

import pytest

from tests.support.once import made_once


def test_each_try_that_fails_says_why_and_the_next_begins_anew(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> None:
    def half(folder: Path) -> None:
        (folder / "first").touch()
        raise RuntimeError("the disk is full")

    def whole(folder: Path) -> None:
        (folder / "second").touch()

    name = request.node.name
    for _ in range(2):
        with pytest.raises(RuntimeError, match="the disk is full"):
            made_once(tmp_path_factory, name, half)
    assert [path.name for path in made_once(tmp_path_factory, name, whole).iterdir()] == ["second"]
    assert made_once(tmp_path_factory, name, half).is_dir(), "it is made once"
