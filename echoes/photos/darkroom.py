"""A process for one photograph: a codec that crashes, or a picture that unfolds to gigabytes, ends here.

python -m echoes.photos.darkroom REQUEST     one JSON object in, one JSON object out on standard output
"""

import json
import resource
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from echoes.photos.developing import Limits, Unusable, develop

MEMORY = 2 * 1024**3
PROCESSOR_SECONDS = 60


def main(request: dict[str, Any]) -> dict[str, Any]:
    source, master, thumbnail = (Path(request[name]) for name in ("source", "master", "thumbnail"))
    try:
        return asdict(develop(source, master, thumbnail, Limits(**request["limits"])))
    except Unusable as error:
        return {"unusable": error.reason, "cause": repr(error.__cause__)}
    except OSError as error:
        return {"errno": error.errno, "cause": repr(error)}


def lower_the_limits() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS + 5))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    lower_the_limits()
    json.dump(main(json.loads(sys.argv[1])), sys.stdout)
