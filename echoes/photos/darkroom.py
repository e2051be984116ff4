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


def main(request: dict[str, Any]) -> dict[str, Any]:
    source, master, thumbnail = (Path(request[name]) for name in ("source", "master", "thumbnail"))
    try:
        return asdict(develop(source, master, thumbnail, Limits(**request["limits"])))
    except Unusable as error:
        return {"unusable": error.reason, "cause": repr(error.__cause__)}
    except OSError as error:
        return {"errno": error.errno, "cause": repr(error)}


def lower_the_limits(processor_seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (processor_seconds, processor_seconds + 5))
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    lower_the_limits(asked["processor_seconds"])
    json.dump(main(asked), sys.stdout)
