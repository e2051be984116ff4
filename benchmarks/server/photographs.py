"""Decoding time and memory of the sandbox with the largest files that people send.

python -m benchmarks.server.photographs [FOLDER]     FOLDER keeps the files for the next time
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import tifffile
from PIL import Image

from echoes.photos.decoding.contract import DecodeLimits
from echoes.photos.processing import SANDBOX
from echoes.photos.sandbox_runner import ENVIRONMENT
from echoes.settings import MEGABYTE, Settings

MEASURED = """
import os, runpy, time
from pathlib import Path
began = time.monotonic()
runpy.run_module(os.environ["SANDBOX"], run_name="__main__", alter_sys=False)
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
took, processor = time.monotonic() - began, time.process_time()
print(f"\\n{took:.1f} s, {processor:.1f} s of processor, {int(peak.split()[1]) // 1024} MB at most")
"""


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in FILES.items():
        path = folder / name
        if not path.exists():
            make(path)
        print(f"{name:24} {path.stat().st_size / MEGABYTE:7.1f} MB  {_developed(path)}", flush=True)


def _developed(path: Path) -> str:
    """What the sandbox made of it, and what it took, by the kernel's own count."""
    settings = Settings()
    limits = DecodeLimits(settings.max_photo_pixels, settings.photo_longest_side, settings.thumbnail_side)
    with tempfile.TemporaryDirectory() as folder:
        paths = {"master": f"{folder}/master.jpg", "thumbnail": f"{folder}/thumbnail.webp"}
        request = {"source": str(path), **paths, "limits": asdict(limits)}
        ended = subprocess.run(
            [sys.executable, "-c", MEASURED, json.dumps(request)],
            env=ENVIRONMENT | {"SANDBOX": SANDBOX}, capture_output=True, text=True, check=False,
        )  # fmt: skip
    return ended.stdout.replace("\n", "  ") or f"ended with {ended.returncode}: {ended.stderr[-300:]}"


def _picture(size: tuple[int, int]) -> Image.Image:
    """With some detail everywhere, as photographs have."""
    tile = Image.effect_noise((512, 512), 40).convert("RGB")
    picture = Image.new("RGB", size)
    for top in range(0, size[1], 512):
        for left in range(0, size[0], 512):
            picture.paste(tile, (left, top))
    return picture


def _plain_png(path: Path) -> None:
    Image.new("RGB", (14_000, 14_000), (30, 60, 90)).save(path)


def _scan_png(path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (5800, 5800, 3), np.uint8)
    Image.fromarray(noise).save(path, compress_level=1)


def _deep_tiff(path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 65536, (4000, 4000, 3), np.uint16)
    tifffile.imwrite(path, noise, photometric="rgb")


FILES: dict[str, Callable[[Path], None]] = {
    "200_megapixels.jpg": lambda path: _picture((17_320, 11_547)).save(path, quality=85),
    "progressive.jpg": lambda path: _picture((17_320, 11_547)).save(path, quality=60, progressive=True),
    "144_megapixels.webp": lambda path: Image.new("RGB", (16_000, 9_000), "teal").save(path, method=0),
    "14000_square.png": _plain_png,
    "scan_of_100_mb.png": _scan_png,
    "sixteen_bits.tif": _deep_tiff,
    "panorama.jpg": lambda path: _picture((30_000, 2_000)).save(path, quality=85),
}

if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        with tempfile.TemporaryDirectory() as folder:
            main(Path(folder))
