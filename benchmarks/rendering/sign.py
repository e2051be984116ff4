"""Cost of signing a film (C2PA), beside the library's own signing of whole files and the floor: one SHA-256.

    python -m benchmarks.rendering.sign [--clips 30] [--runs 3]

The film is that of benchmarks/support/reference_job.py, with the room that its signer asks for. “Begun
before”: its process was started while the film was still being written. Contenders take turns; on a busy
machine only processor time counts, ours and that of the processes.
"""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.support.measuring import Cost, middle
from benchmarks.support.reference_job import Job, prepare
from compiler.rendering.film import render
from compiler.timeline.model import Shot, Timeline
from echoes.content_credentials import signer, signing
from echoes.content_credentials.manifest import manifest_of_film
from echoes.content_credentials.provenance import MovementSource, ShotProvenance
from echoes.settings import get_settings

FLOOR = "import hashlib, sys; print(hashlib.file_digest(open(sys.argv[1], 'rb'), 'sha256').hexdigest())"
WHOLE_FILE = """
import json, sys, c2pa
order = json.load(sys.stdin)
info = c2pa.C2paSignerInfo(*(part.encode() for part in order["signer"]), None)
with (
    c2pa.Context.from_dict(order["settings"]) as context,
    c2pa.Signer.from_info(info) as signer,
    c2pa.Builder.from_json(order["definition"], context) as builder,
):
    builder.sign_file(order["video"], order["video"] + ".signed.mp4", signer)
"""
SETTINGS = {
    "builder": {"thumbnail": {"enabled": False}},
    "verify": {"verify_after_sign": False},
    "core": {"backing_store_memory_threshold_in_mb": 4, "merkle_tree_chunk_size_in_kb": 8192},
}


def floor(film: Path) -> None:
    subprocess.run([sys.executable, "-c", FLOOR, film], check=True, stdout=subprocess.DEVNULL)


def whole_file(film: Path, shots: list[ShotProvenance]) -> None:
    credential = signer.signing_credential(get_settings())
    parts = (signer.algorithm_of(credential), credential.chain_pem, credential.key_pem)
    order = {
        "signer": [part.decode() for part in parts],
        "settings": SETTINGS,
        "definition": manifest_of_film(shots),
        "video": str(film),
    }
    environment = os.environ | {"TMPDIR": str(film.parent)}
    command = [sys.executable, "-c", WHOLE_FILE]
    subprocess.run(command, input=json.dumps(order), text=True, check=True, env=environment)


def measured(work: Callable[[], None]) -> Cost:
    before, began = _processor(), time.monotonic()
    work()
    return Cost(time.monotonic() - began, _processor() - before, 0.0)


def _processor() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def rounds(job: Job, film: Path, copy: Path, shots: list[ShotProvenance]) -> dict[str, Cost]:
    """Each signs a film that nobody has signed."""
    found = {}
    with signing.film_signer(shots) as begun:
        begun.begin()
        time.sleep(1)
        for name, work in (
            ("floor: Python and one SHA-256", lambda: floor(copy)),
            ("the library's signing of whole files", lambda: whole_file(copy, shots)),
            ("ours", lambda: signing.film_signer(shots)(copy)),
            ("ours, begun before", lambda: begun(copy)),
        ):
            shutil.copyfile(film, copy)
            found[name] = measured(work)
    return found


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--clips", type=int, default=30)
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--folder", type=Path, default=Path("data/benchmarks/render"))
    chosen = options.parse_args()
    job = prepare(chosen.clips, chosen.folder.resolve())
    camera = MovementSource(False, "Camera moves", "Camera moves")
    shots = [ShotProvenance(4.5 * n, 4.5 * n + 5, camera) for n in range(chosen.clips)]
    with tempfile.TemporaryDirectory(dir=job.folder) as name:
        os.environ["ECHOES_DATA_DIR"] = name
        film, copy = Path(name) / "film.mp4", Path(name) / "copy.mp4"
        timeline = Timeline(tuple(Shot(str(clip)) for clip in job.clips))
        render(timeline, film, room=signing.film_signer(shots).room)
        print(f"{film.stat().st_size / 1e6:.0f} MB; load {os.getloadavg()[0]:.1f}")
        found = [rounds(job, film, copy, shots) for _ in range(chosen.runs)]
    for contender in found[0]:
        cost = middle([each[contender] for each in found])
        print(f"{contender:<40} {cost.wall:6.2f} s, {cost.processor:6.3f} s of processor time")


if __name__ == "__main__":
    main()
