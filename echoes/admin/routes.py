"""POST /library/music: a piece for everybody, from the operator's page. A plain form with a file."""

import asyncio
import tempfile
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from compiler.media.sound_formats import IN_WORDS
from echoes.accounts import service as accounts
from echoes.accounts.cookies import token_from
from echoes.admin import music
from echoes.admin.audit import Operator
from echoes.database import get_database
from echoes.errors import BadInput, BadMusic, EchoesError, MusicVideo, NotFound, StorageFull
from echoes.models import User
from echoes.settings import get_settings

PAGE = "/admin/music"
BLOCK = 1 << 20
PROBLEMS: dict[str, str] = {
    "large": "This file is too large.",
    "file": "Choose a file first.",
    "form": "We could not read the form. Please try again.",
    "words": "A piece of music needs a title, and no field may be too long.",
    "music": f"This file is not music we can read. These work, up to an hour long: {IN_WORDS}.",
    "video": "This file is a video. To use its sound, tick the box below the file and choose the file again.",
    "room": "There is no room left for this.",
}
"""By what stands in the address: a sentence there could be anybody's."""


async def add_music(request: Request) -> Response:
    try:
        operator = await asyncio.to_thread(_operator, token_from(request.headers.get("cookie", "")))
    except NotFound as error:
        return PlainTextResponse(error.sentence, 404)
    if int(request.headers.get("content-length", "0")) > get_settings().max_music_bytes + BLOCK:
        return _back("large")
    async with request.form(max_files=1, max_fields=6) as form:
        file = form.get("file")
        values = {name: str(form.get(name, "")) for name in ("title", "mood", "licence")}
        if not isinstance(file, UploadFile) or not file.filename:
            return _back("file")
        try:
            piece = UUID(str(form.get("piece")))
        except ValueError:
            return _back("form")
        try:
            await _take_in(operator, piece, file, values, use_sound="use_sound" in form)
        except (BadInput, StorageFull) as error:
            return _back(_PROBLEM_OF[type(error)])
    return RedirectResponse(PAGE, 303)


async def _take_in(
    operator: Operator, piece: UUID, file: UploadFile, values: dict[str, str], use_sound: bool
) -> None:
    incoming = get_settings().incoming_dir
    incoming.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=incoming, prefix="library-") as folder:
        source = Path(folder) / "upload"
        with source.open("wb") as written:
            while block := await file.read(BLOCK):
                await asyncio.to_thread(written.write, block)
        await music.add(operator, piece, source, file.filename or "music", values, use_sound)


def _operator(token: str | None) -> Operator:
    operator_id = accounts.require_operator(token)
    with get_database().reading() as session:
        return Operator(operator_id, session.get_one(User, operator_id).name)


def _back(problem: str) -> Response:
    return RedirectResponse(f"{PAGE}?{urlencode({'problem': problem})}", 303)


_PROBLEM_OF: dict[type[EchoesError], str] = {
    BadInput: "words",
    BadMusic: "music",
    MusicVideo: "video",
    StorageFull: "room",
}

routes = [Route("/library/music", add_music, methods=["POST"])]
