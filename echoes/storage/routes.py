"""GET /files/…: what LocalStorage's signed URLs open, for whoever has the URL, until it expires."""

import asyncio
import os
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from echoes.errors import NotFound
from echoes.storage import get_storage
from echoes.storage.damage import refuse_damaged
from echoes.storage.local import LocalStorage
from echoes.storage.media_types import media_type_of
from echoes.storage.signing import PREFIX


async def serve(request: Request) -> Response:
    key, query = request.path_params["key"], request.query_params
    path, status, seconds_left = await asyncio.to_thread(_open, key, dict(query))
    return FileResponse(
        path,
        stat_result=status,
        filename=query.get("name"),
        media_type=media_type_of(key),
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


routes = [Route(PREFIX + "{key:path}", serve, methods=["GET"])]
