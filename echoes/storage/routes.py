"""GET /files/…: what LocalStorage's signed URLs open, for whoever has the URL, until it expires."""

import asyncio
import os
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from echoes.errors import NotFound, Refused
from echoes.storage import get_storage
from echoes.storage.damage import Damaged, refuse_damaged
from echoes.storage.local import LocalStorage
from echoes.storage.signing import PREFIX

MEDIA_TYPES = {
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".mp4": "video/mp4",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
}


async def serve(request: Request) -> Response:
    key, query = request.path_params["key"], request.query_params
    try:
        path, status, seconds_left = await asyncio.to_thread(_open, key, dict(query))
    except Refused as error:
        return _problem(403, error.sentence)
    except NotFound as error:
        return _problem(404, error.sentence)
    except Damaged as error:
        return _problem(503, error.sentence)
    return FileResponse(
        path,
        stat_result=status,
        filename=query.get("name"),
        media_type=MEDIA_TYPES.get(path.suffix, "application/octet-stream"),
        headers={
            "Cache-Control": f"private, max-age={seconds_left}, immutable",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-site",
        },
    )


def _open(key: str, query: dict[str, str]) -> tuple[Path, os.stat_result, int]:
    storage = get_storage()
    if not isinstance(storage, LocalStorage):
        raise NotFound
    storage.signer.check(key, query)
    with storage.local_path(key) as path:
        status = path.stat()
        refuse_damaged(key, path, storage.signer.size(query))
        return path, status, storage.signer.seconds_left(query)


def _problem(status: int, sentence: str) -> Response:
    return PlainTextResponse(sentence, status, headers={"Cache-Control": "no-store"})


routes = [Route(PREFIX + "{key:path}", serve, methods=["GET"])]
