"""From a whole upload to a photo in its project."""

import asyncio
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from echoes.database import get_database
from echoes.errors import BadPicture, NotFound
from echoes.media import CHILD
from echoes.models import Photo, Upload
from echoes.photos import turns
from echoes.photos.developing import Developed, Limits
from echoes.projects.service import touch
from echoes.settings import Settings, get_settings
from echoes.storage import get_storage, new_key
from echoes.storage.disk import full_or_read_only_disk_in_words

LONGEST_WAIT = 600
"""Seconds, whatever the file's own limit is."""
DARKROOM = "echoes.photos.darkroom"
ENVIRONMENT = {"MALLOC_ARENA_MAX": "2", "PYTHONDONTWRITEBYTECODE": "1"}
"""The whole of it: a process that opens what strangers send has no use for our secrets."""

CANCELLED = "This upload was cancelled."
SENTENCES = {
    "not_a_picture": "“{name}” is not a picture that we can read. JPEG, PNG, WebP, AVIF and HEIC work.",
    "damaged": "“{name}” is damaged or incomplete, so we could not read it. Please try another copy of it.",
    "too_many_pixels": "“{name}” is too large: a picture may have {megapixels} megapixels at most.",
    "too_small": "“{name}” is too small or too narrow for a film.",
    "too_slow": "“{name}” took too long to read. Please save it as JPEG and try again.",
}

CRASHES = {
    signal.SIGSEGV: "damaged",
    signal.SIGABRT: "damaged",
    signal.SIGBUS: "damaged",
    signal.SIGFPE: "damaged",
    signal.SIGILL: "damaged",
    signal.SIGXCPU: "too_slow",
}
"""How a file can end the darkroom. All other ends are not the file's fault, and it may be tried again."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Prints:
    """What comes out of the darkroom."""

    master: Path
    thumbnail: Path
    facts: Developed


async def take_in(upload: Upload, source: Path) -> None:
    """The photo has the upload's id, so that the same upload, taken in twice, is one photo.

    Raises BadPicture with a sentence that names the file, StorageFull, or NotFound if the project has gone.
    """
    cost = await asyncio.to_thread(turns.estimated_seconds, source)
    await turns.queue().run(upload.owner_id, cost, _take_in, upload, source)


def _take_in(upload: Upload, source: Path) -> None:
    with get_database().reading_as(upload.owner_id) as session:
        if session.get(Photo, upload.id):
            return
        if session.get(Upload, upload.id) is None:
            raise NotFound(CANCELLED)
    with (
        full_or_read_only_disk_in_words(),
        tempfile.TemporaryDirectory(dir=source.parent, prefix="developing-") as folder,
    ):
        prints = develop(source, Path(folder), upload.filename, get_settings())
        _keep(upload, prints)


def develop(source: Path, folder: Path, name: str, settings: Settings) -> Prints:
    """Run the darkroom; `name` is what the person calls the file."""
    master, thumbnail = folder / "master.jpg", folder / "thumbnail.webp"
    limits = Limits(settings.max_photo_pixels, settings.photo_longest_side, settings.thumbnail_side)
    paths = {"source": str(source), "master": str(master), "thumbnail": str(thumbnail)}
    seconds = turns.time_limit(source)
    answer = _run_darkroom({**paths, "limits": asdict(limits), "processor_seconds": seconds})
    if errno := answer.get("errno"):
        raise OSError(errno, answer["cause"])
    if reason := answer.get("unusable"):
        logger.info("refused a picture: %s, %s", reason, answer.get("cause"))
        megapixels = settings.max_photo_pixels // 1_000_000
        raise BadPicture(SENTENCES[reason].format(name=name, megapixels=megapixels))
    return Prints(master, thumbnail, Developed(**answer))


def _run_darkroom(request: dict[str, Any]) -> dict[str, Any]:
    command = [sys.executable, str(CHILD), str(os.getpid()), DARKROOM, json.dumps(request)]
    timeout = min(LONGEST_WAIT, turns.BESIDE_OTHERS * request["processor_seconds"])
    try:
        ended = subprocess.run(command, env=ENVIRONMENT, capture_output=True, timeout=timeout, check=False)
    except subprocess.TimeoutExpired:
        return {"unusable": "too_slow"}
    if ended.returncode == 0:
        answer: dict[str, Any] = json.loads(ended.stdout)
        return answer
    cause = f"the darkroom ended with {ended.returncode}: {ended.stderr[-2000:].decode(errors='replace')}"
    if -ended.returncode not in CRASHES:
        raise RuntimeError(cause)
    return {"unusable": CRASHES[signal.Signals(-ended.returncode)], "cause": cause}


def _keep(upload: Upload, prints: Prints) -> None:
    storage = get_storage()
    photo = _photo(upload, prints)
    try:
        storage.put(photo.master_key, prints.master)
        storage.put(photo.thumbnail_key, prints.thumbnail)
        with get_database().acting_as(upload.owner_id) as session:
            if session.get(Upload, upload.id) is None:
                raise NotFound(CANCELLED)
            session.add(photo)
            touch(session, upload.project_id)
    except BaseException:
        storage.delete([photo.master_key, photo.thumbnail_key])
        raise


def _photo(upload: Upload, prints: Prints) -> Photo:
    facts = prints.facts
    return Photo(
        id=upload.id,
        owner_id=upload.owner_id,
        project_id=upload.project_id,
        filename=upload.filename,
        width=facts.width,
        height=facts.height,
        size_bytes=prints.master.stat().st_size,
        taken_at=datetime.fromisoformat(facts.taken_at) if facts.taken_at else None,
        master_key=new_key(upload.owner_id, "photos", "jpg", upload.id),
        thumbnail_key=new_key(upload.owner_id, "thumbnails", "webp", upload.id),
    )
