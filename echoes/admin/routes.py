"""POST /library/music: upload of a library track, from the operator's page. A plain form with a file."""

import asyncio
import tempfile
from pathlib import Path
from uuid import UUID

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from compiler.media.sound_formats import IN_WORDS
from echoes.accounts import service as accounts
from echoes.accounts.cookies import token_from
from echoes.admin import music
from echoes.admin.audit import Operator
from echoes.database import get_database
from echoes.error_responses import back_to
from echoes.errors import BadInput, BadMusic, MusicVideo, ReadOnly, StorageFull
from echoes.models import User
from echoes.settings import get_settings

PAGE = "/admin/music"
BLOCK = 1 << 20


class FileTooLarge(BadInput):
    status = 413
    code = "file_too_large"

    def __init__(self) -> None:
        super().__init__("This file is too large.")


class NoFile(BadInput):
    code = "no_file"

    def __init__(self) -> None:
        super().__init__("Choose a file first.")


class UnreadableForm(BadInput):
    code = "unreadable_form"

    def __init__(self) -> None:
        super().__init__("We could not read the form. Please try again.")


PROBLEMS: dict[str, str] = {
    **{error.code: error.sentence for error in (FileTooLarge(), NoFile(), UnreadableForm())},
    BadInput.code: "A piece of music needs a title, and no field may be too long.",
    BadMusic.code: f"This file is not music we can read. These work, up to an hour long: {IN_WORDS}.",
    MusicVideo.code: "This file is a video. To use its sound, tick the box below the file and choose the file"
    " again.",
    StorageFull.code: "There is no room left for this.",
    ReadOnly.code: ReadOnly().sentence,
}
"""What the page says, by the code in its address."""


async def add_music(request: Request) -> Response:
    operator = await asyncio.to_thread(_operator, token_from(request.headers.get("cookie", "")))
    try:
        await _add(request, operator)
    except (BadInput, StorageFull) as error:
        return back_to(PAGE, error)
    return RedirectResponse(PAGE, 303)


async def _add(request: Request, operator: Operator) -> None:
    if int(request.headers.get("content-length", "0")) > get_settings().max_music_bytes + BLOCK:
        raise FileTooLarge
    async with request.form(max_files=1, max_fields=6) as form:
        file = form.get("file")
        values = {name: str(form.get(name, "")) for name in ("title", "mood", "licence")}
        if not isinstance(file, UploadFile) or not file.filename:
            raise NoFile
        try:
            piece = UUID(str(form.get("piece")))
        except ValueError as error:
            raise UnreadableForm from error
        await _take_in(operator, piece, file, values, use_sound="use_sound" in form)


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


routes = [Route("/library/music", add_music, methods=["POST"])]
