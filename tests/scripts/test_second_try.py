"""A test that drives a browser is tried once more (pytest-rerunfailures), and the summary says so."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FAILING_ONCE = """
import pytest

tries = {"browser": 0, "others": 0}


@pytest.mark.chromium
def test_in_a_browser():
    tries["browser"] += 1
    assert tries["browser"] == 2, "what the first try said"


def test_without_one():
    tries["others"] += 1
    assert tries["others"] == 2
"""


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> str:
    """By pytest of two tests that fail when they are run for the first time, as `make test` runs it."""
    file = tmp_path_factory.mktemp("once") / "test_failing_once.py"
    file.write_text(FAILING_ONCE)
    options = f"-q -n 1 --dist loadfile -c {ROOT / 'pyproject.toml'} -p tests.conftest".split()
    command = [sys.executable, "-m", "pytest", *options, str(file)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout


@pytest.mark.chromium
def test_only_what_drives_a_browser_is_tried_again(said: str) -> None:
    assert re.search(r"^RERUN .*::test_in_a_browser$", said, re.M)
    assert "what the first try said" in said
    assert re.search(r"^FAILED .*::test_without_one", said, re.M)


@pytest.mark.chromium
def test_the_closing_line_counts_second_tries(said: str) -> None:
    assert re.search(r"^1 failed, 1 passed, 1 rerun in [\d.]+s", said, re.M)
