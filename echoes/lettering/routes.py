"""GET /lettering/…: pictures of words, for whoever has their signed address."""

from functools import cache

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from echoes.lettering.addresses import PREFIX, read_address
from echoes.lettering.drawing import Drawings

YEAR = 365 * 24 * 3600


async def serve(request: Request) -> Response:
    words = read_address(request.path_params["signature"], request.query_params)
    path = await _drawings().picture(words)
    headers = {"Cache-Control": f"private, max-age={YEAR}, immutable", "X-Content-Type-Options": "nosniff"}
    return FileResponse(path, media_type="image/webp", headers=headers)


@cache
def _drawings() -> Drawings:
    return Drawings()


routes = [Route(PREFIX + "{signature}.webp", serve, methods=["GET"])]
