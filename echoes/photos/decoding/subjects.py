"""Find the faces, the subject and the paper border of photos in their thumbnails, in a process of their own.

python -m echoes.photos.decoding.subjects REQUEST   one JSON object in, one JSON object out on standard output
"""

import json
import sys
from typing import Any

from PIL import Image

from echoes.photos.decoding.sandbox import limit_resources


def main(request: dict[str, Any]) -> dict[str, Any]:
    return {"subjects": [_found(path) for path in request["pictures"]]}


def _found(path: str) -> dict[str, Any] | None:
    """None for a file that has gone or cannot be read."""
    from compiler.camera.saliency import find_subject

    try:
        with Image.open(path) as picture:
            return find_subject(picture.convert("RGB")).to_json()
    except OSError:
        return None


if __name__ == "__main__":
    limit_resources()
    json.dump(main(json.loads(sys.argv[1])), sys.stdout)
