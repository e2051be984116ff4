"""The process of one photograph: it loads what the file needs, because each photograph starts one."""

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.photos.conftest import LIMITS
from tests.photos.pictures import quarters, save

HEAVY = {"av", "numpy", "pillow_heif"}
LOADED = """
import json, sys
from echoes.photos import darkroom
assert "width" in darkroom.main(json.loads(sys.argv[1]))
print(json.dumps(list(sys.modules)))
"""


@pytest.mark.parametrize(("suffix", "needed"), [("jpg", set()), ("png", set()), ("heic", {"pillow_heif"})])
def test_it_loads_only_the_libraries_that_the_format_needs(
    tmp_path: Path, suffix: str, needed: set[str]
) -> None:
    names = ("source", "master", "thumbnail")
    paths = dict(
        zip(names, (save(quarters(), tmp_path, suffix), tmp_path / "m", tmp_path / "t"), strict=True)
    )
    request = json.dumps({name: str(path) for name, path in paths.items()} | {"limits": asdict(LIMITS)})
    ended = subprocess.run([sys.executable, "-c", LOADED, request], capture_output=True, check=True)
    assert HEAVY & set(json.loads(ended.stdout)) == needed
