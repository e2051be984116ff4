"""Photo processing: from a whole upload to a photo in its project."""

import asyncio
import logging
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import UUID

from sqlmodel import col, func, select

from echoes.database import UserSession, get_database
from echoes.database.revisions import touch
from echoes.errors import BadPicture, NotFound, brief
from echoes.models import Photo, Upload
from echoes.photos import decode_queue, formats, sandbox_runner
from echoes.photos.decoding.contract import MOST_PAGES, DecodeLimits, RenditionFacts
from echoes.photos.image_headers import read_header
from echoes.projects.naming import name_by_dates
from echoes.settings import Settings, get_settings
from echoes.storage import delete_unnamed, get_storage, new_key
from echoes.storage.disk import full_or_read_only_disk_in_words
from echoes.text.isolation import isolated

LONGEST_WAIT = 360
"""Seconds, while other programs run beside it; sandbox limits the time of the processor, by pixels."""
SANDBOX = "echoes.photos.decoding.sandbox"

CANCELLED = "This upload was cancelled."
SENTENCES = {
    "not_a_picture": f"“{{name}}” is not a photo we can read. These work: {formats.IN_WORDS}.",
    "damaged": "“{name}” is damaged or incomplete, so we could not read it. Please try another copy of it.",
    "incomplete": "“{name}” breaks off: too much of the photo is missing. Please try another copy of it.",
    "too_many_pixels": "“{name}” is too large: a photo can have up to {megapixels} megapixels.",
    "too_many_pages": "“{name}” has more than {pages} pages. Please send it in parts.",
    "too_much_memory": "“{name}” is too large: reading it takes more memory than we have for one photo. "
    "Please save it smaller, or as JPEG, and try again.",
    "too_small": "“{name}” is too small or too narrow for a film.",
    "too_slow": "“{name}” took too long to read. Please save it as JPEG and try again.",
}
NO_ROOM_FOR_PAGES = "“{name}” has {pages} pages, and a film can hold up to {most} photos."

RequireRoom = Callable[[UserSession, Upload, int], None]
"""Raises Refused when the upload's owner may not keep so many bytes."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class RenditionFiles:
    """What comes out of the sandbox."""

    master: Path
    thumbnail: Path
    facts: RenditionFacts


async def process_upload(upload: Upload, source: Path, require_room: RequireRoom) -> None:
    """The photo has the upload's id, so that the same upload, taken in twice, is one photo.

    A file with several pages becomes as many photos, with the ids that follow, all at once.
    Raises BadPicture with a sentence that names the file, Refused, StorageFull, or NotFound if the project
    has gone.
    """
    cost = await asyncio.to_thread(decode_queue.estimated_seconds, source)
    await decode_queue.queue().run(upload.owner_id, cost, _take_in, upload, source, require_room)


def _take_in(upload: Upload, source: Path, require_room: RequireRoom) -> None:
    with get_database().reading_as(upload.owner_id) as session:
        if session.get(Photo, upload.id):
            return
        if session.get(Upload, upload.id) is None:
            raise NotFound(CANCELLED)
    with (
        full_or_read_only_disk_in_words(),
        tempfile.TemporaryDirectory(dir=source.parent, prefix="developing-") as folder,
    ):
        _keep(
            upload,
            _develop_pages(source, Path(folder), isolated(upload.filename), get_settings()),
            require_room,
        )


def _develop_pages(source: Path, folder: Path, name: str, settings: Settings) -> list[RenditionFiles]:
    """One after the other, each in a process of its own."""
    prints = [decode_in_sandbox(source, folder, name, settings)]
    for page in prints[0].facts.more_pages:
        (folder / str(page)).mkdir()
        prints.append(
            decode_in_sandbox(source, folder / str(page), f"{name}, page {page + 1}", settings, page)
        )
    return prints


def decode_in_sandbox(
    source: Path, folder: Path, name: str, settings: Settings, page: int | None = None
) -> RenditionFiles:
    """Run the sandbox; `name` is what the person calls the file. Without a page, the first one."""
    master, thumbnail = folder / "master.jpg", folder / "thumbnail.webp"
    limits = DecodeLimits(settings.max_photo_pixels, settings.photo_longest_side, settings.thumbnail_side)
    paths = {"source": str(source), "master": str(master), "thumbnail": str(thumbnail)}
    header = read_header(source)
    claimed = header.pixels if header else None
    answer = _run_sandboxed({**paths, "limits": asdict(limits), "page": page, "claimed": claimed})
    if errno := answer.get("errno"):
        raise OSError(errno, answer["cause"])
    if reason := answer.get("unusable"):
        logger.info("refused a picture: %s, %s", reason, brief(answer.get("cause")))
        raise BadPicture(_sentence(reason, name, settings))
    return RenditionFiles(master, thumbnail, RenditionFacts(**answer))


def _sentence(reason: str, name: str, settings: Settings) -> str:
    megapixels = settings.max_photo_pixels // 1_000_000
    return SENTENCES[reason].format(name=name, megapixels=megapixels, pages=MOST_PAGES)


def _run_sandboxed(request: dict[str, Any]) -> dict[str, Any]:
    return sandbox_runner.run_sandboxed(SANDBOX, request, LONGEST_WAIT)


def _keep(upload: Upload, prints: list[RenditionFiles], require_room: RequireRoom) -> None:
    """All pages or none: the first one, which has the upload's id, says that they are here."""
    storage = get_storage()
    photos = [_photo(upload, number, made) for number, made in enumerate(prints)]
    try:
        for photo, made in zip(photos, prints, strict=True):
            storage.put(photo.master_key, made.master)
            storage.put(photo.thumbnail_key, made.thumbnail)
        with get_database().acting_as(upload.owner_id) as session:
            if session.get(Upload, upload.id) is None:
                raise NotFound(CANCELLED)
            touch(session, upload.project_id)  # First: whoever adds to this project waits here.
            if len(photos) > 1:
                _require_places(session, upload, len(photos))
                require_room(session, upload, sum(photo.size_bytes for photo in photos))
            place = _last_place(session, upload.project_id)
            for photo in photos:
                photo.position = place
            session.add_all(photos)
            session.flush()
            name_by_dates(session, upload.project_id)
    except BaseException:
        delete_unnamed([key for photo in photos for key in (photo.master_key, photo.thumbnail_key)])
        raise


def _require_places(session: UserSession, upload: Upload, pages: int) -> None:
    """The upload has kept one place since it began; for further pages there may be none."""
    most = get_settings().max_photos_per_project
    query = select(func.count(col(Photo.id))).where(col(Photo.project_id) == upload.project_id)
    if session.exec(query).one() + pages > most:
        raise BadPicture(NO_ROOM_FOR_PAGES.format(name=isolated(upload.filename), pages=pages, most=most))


def _last_place(session: UserSession, project_id: UUID) -> int:
    """What comes stands behind what is there, also after photos were moved."""
    last = select(func.max(Photo.position)).where(col(Photo.project_id) == project_id)
    return session.exec(last).one() or 0


def _photo(upload: Upload, number: int, prints: RenditionFiles) -> Photo:
    facts = prints.facts
    photo_id = UUID(int=upload.id.int + number)  # The same again at another try, and sorted like the pages.
    return Photo(
        id=photo_id,
        owner_id=upload.owner_id,
        project_id=upload.project_id,
        filename=_numbered(upload.filename, number),
        width=facts.width,
        height=facts.height,
        size_bytes=prints.master.stat().st_size,
        is_truncated=facts.is_truncated,
        taken_at=datetime.fromisoformat(facts.taken_at) if facts.taken_at else None,
        master_key=new_key(upload.owner_id, "photos", "jpg", photo_id),
        thumbnail_key=new_key(upload.owner_id, "thumbnails", "webp", photo_id),
        fingerprint=facts.fingerprint,
        sharpness=facts.sharpness,
    )


def _numbered(name: str, number: int) -> str:
    """`scan.tif`, `scan (2).tif`, …"""
    path = PurePosixPath(name)
    return path.stem + f" ({number + 1})" + path.suffix if number else name
