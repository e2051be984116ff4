"""The process of one photograph: it loads what the file needs, because each photograph starts one."""

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest
from PIL import Image
from pydantic import ValidationError

from echoes.image_limits import LONGEST_SIDE, MOST_PIXELS
from echoes.photos.decoding import sandbox
from echoes.settings import Settings
from tests.photos.conftest import LIMITS
from tests.photos.pictures import quarters, save

HEAVY = {"av", "numpy", "pillow_heif"}
LOADED = """
import json, sys
from echoes.photos.decoding import sandbox
assert "width" in sandbox.main(json.loads(sys.argv[1]))
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


TIMED = """
import json, resource, sys
from echoes.photos.decoding import rotating, sandbox
sandbox.limit_resources()
module, request = {"sandbox": sandbox, "rotating": rotating}[sys.argv[1]], json.loads(sys.argv[2])
answer = module.main(request) if request else sandbox.limit_cpu_time(2_000_000_000)
assert not request or "width" in answer, answer
print(json.dumps(resource.getrlimit(resource.RLIMIT_CPU)))
"""


def seconds_after(module: str, request: dict[str, object]) -> tuple[int, int]:
    command = [sys.executable, "-c", TIMED, module, json.dumps(request)]
    soft, hard = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return soft, hard


def test_no_picture_asks_for_more_time_than_there_can_be() -> None:
    """At the hard limit itself the kernel kills, and the picture's fault would look like ours."""
    soft, hard = seconds_after("sandbox", {})
    assert (soft, hard) == (sandbox.PROCESSOR_SECONDS - 1, sandbox.PROCESSOR_SECONDS)


def test_the_largest_that_settings_allow_gets_all_its_time() -> None:
    needed = sandbox.SECONDS + sandbox.SECONDS_PER_MEGAPIXEL * MOST_PIXELS / 1_000_000
    assert needed < sandbox.PROCESSOR_SECONDS - 1
    with pytest.raises(ValidationError, match="less than or equal"):
        Settings(max_photo_pixels=MOST_PIXELS + 1)
    with pytest.raises(ValidationError, match="less than or equal"):
        Settings(photo_longest_side=LONGEST_SIDE + 1)


def test_a_rotation_has_time_by_its_pixels_too(tmp_path: Path) -> None:
    master = tmp_path / "master.jpg"
    Image.new("L", (4000, 3000)).save(master)
    paths = {"master": str(master), "rotated": str(tmp_path / "r"), "thumbnail": str(tmp_path / "t")}
    soft, _ = seconds_after("rotating", {**paths, "thumbnail_side": 100})
    assert soft >= sandbox.SECONDS + sandbox.SECONDS_PER_MEGAPIXEL * 12
