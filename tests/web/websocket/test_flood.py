"""Websocket flood: memory, Redis and the log under an attack of bounded size."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    "option", [(), pytest.param(("--redis",), marks=pytest.mark.redis)], ids=["memory", "redis"]
)
def test_two_hundred_strangers_fill_less_than_fifty_megabytes(option: tuple[str, ...]) -> None:
    """`benchmarks.server.flood` fails above its bound, and when the log holds what was sent."""
    attack = subprocess.run(
        [sys.executable, "-m", "benchmarks.server.flood", *option],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert attack.returncode == 0, attack.stdout + attack.stderr
    assert " of 200 connections" in attack.stdout
