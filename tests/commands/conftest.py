"""The command line as people start it, a process of its own with this test's settings; and what it copies."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from echoes.settings import Settings

Echoes = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def echoes() -> Echoes:
    def run(*arguments: object) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "echoes", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return run


@pytest.fixture
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("elsewhere") / "echoes.tar.gz"


@pytest.fixture
def restored(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Of an Echoes in another, empty folder."""
    return Settings(data_dir=tmp_path_factory.mktemp("restored") / "data")
