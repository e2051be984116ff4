"""The command line as people start it: a process of its own, with this test's settings."""

import subprocess
import sys
from collections.abc import Callable

import pytest

Echoes = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def echoes() -> Echoes:
    def run(*arguments: object) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "echoes", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    return run
