"""Sandboxed decoding process for one photograph: a crash or a decompression bomb ends here.

python -m echoes.photos.decoding.sandbox REQUEST   one JSON object in, one JSON object out on standard output
"""

import json
import math
import resource
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from echoes.photos.decoding.contract import DecodeLimits, UnusablePhoto
from echoes.photos.decoding.renditions import write_renditions

MEMORY = 2 * 1024**3
SECONDS, SECONDS_PER_MEGAPIXEL = 15, 0.25
PROCESSOR_SECONDS = 120
"""Of processor: for any picture, and for its size. That is ten times what the slowest formats take."""


def main(request: dict[str, Any]) -> dict[str, Any]:
    source, master, thumbnail = (Path(request[name]) for name in ("source", "master", "thumbnail"))
    try:
        limits, page = DecodeLimits(**request["limits"]), request.get("page")
        return asdict(
            write_renditions(source, master, thumbnail, limits, page, request.get("claimed"), limit_cpu_time)
        )
    except UnusablePhoto as error:
        return {"unusable": error.reason, "cause": repr(error.__cause__)}
    except OSError as error:
        return {"errno": error.errno, "cause": repr(error)}


def limit_cpu_time(pixels: int) -> None:
    """The kernel ends this process by SIGXCPU when the time for so many pixels is over."""
    seconds = math.ceil(time.process_time() + SECONDS + SECONDS_PER_MEGAPIXEL * pixels / 1_000_000)
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    if most != resource.RLIM_INFINITY:
        seconds = min(seconds, most - 1)  # At the hard limit itself it would be SIGKILL.
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, most))


def limit_resources() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, PROCESSOR_SECONDS))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    limit_resources()
    json.dump(main(json.loads(sys.argv[1])), sys.stdout)
