"""Cleanup of files.

Files that nobody asks for again: scratch of killed processes, uploads given up, files without a row.
"""

import logging
import shutil
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlmodel import select

from compiler.cloud.invocation import INVOCATIONS
from compiler.cloud.segments import SEGMENTS
from echoes.database import get_database
from echoes.jobs.workspace import ATTEMPT, is_abandoned
from echoes.models import MusicTrack, Photo, Take, Video, now
from echoes.settings import get_settings
from echoes.storage import INCOMING, LIBRARY, every_file, get_storage
from echoes.storage.copies import CopyCache
from echoes.storage.damage import has_size
from echoes.storage.references import named_files
from echoes.uploads import service as uploads

SCRATCH_AGE = timedelta(days=1)
CACHE_AGE = timedelta(days=30)
COPY_AGE = timedelta(days=1)
ORPHAN_AGE = timedelta(days=2)
CLEANUP_INTERVAL_SECONDS = 600.0
UNNAMED = frozenset({LIBRARY, INCOMING, INVOCATIONS, SEGMENTS})
"""In place of an owner: what no row names. Others clean it up (`engine.shared_cleanup`, `uploads`)."""
SUSPICIOUS_SHARE = 0.5

logger = logging.getLogger(__name__)


class CleanupThread:
    """Cleans up this machine's own scratch at the start and now and then. In every role: each has some."""

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._keep_cleaning_up, name="cleanup_thread", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()

    def _keep_cleaning_up(self) -> None:
        while not self._ended.is_set():
            try:
                clean_up_scratch()
            except Exception:
                logger.exception("the cleanup failed; trying again later")
            self._ended.wait(CLEANUP_INTERVAL_SECONDS)


def clean_up_scratch() -> None:
    """What killed processes left in the work folder, parts of films that nobody made again for long, and
    uploads that nobody went on with."""
    work = get_settings().work_dir
    for path in work.iterdir() if work.is_dir() else ():
        if _is_older(path, SCRATCH_AGE) or (ATTEMPT in path.name and is_abandoned(path)):
            _remove(path)
    cache = get_settings().cache_dir
    for path in cache.iterdir() if cache.is_dir() else ():
        if _is_older(path, CACHE_AGE):
            _remove(path)
    CopyCache.of(get_settings()).forget_unused(COPY_AGE)
    uploads.delete_abandoned(now() - SCRATCH_AGE)


def delete_abandoned_work_folders() -> None:
    """For an engine that is the only one: what earlier ones had begun, this one begins anew."""
    for path in get_settings().work_dir.glob(f"*{ATTEMPT}*"):
        _remove(path)


def delete_orphaned_files() -> int:
    """Stored files that no row names and that are too old to be on their way to one.

    If that were half of all, the database would be the wrong one, or an old copy: then nothing is deleted.
    """
    storage, youngest = get_storage(), now() - ORPHAN_AGE
    files = [file for file in every_file(storage) if file.key.partition("/")[0] not in UNNAMED]
    orphans = {file.key for file in files if file.modified < youngest} - _named()
    if len(orphans) > SUSPICIOUS_SHARE * len(files):
        logger.error("%d of %d files belong to no row: is this the right database?", len(orphans), len(files))
        return 0
    for key in orphans:
        logger.info("deleting %s, which belongs to no row", key)
    storage.delete(orphans)
    return len(orphans)


def _named() -> set[str]:
    with get_database().reading() as session:
        return named_files(session)


def find_damaged_files() -> list[str]:
    """Files that are not of the size that their rows say; each is named in the log, too."""
    kinds: tuple[tuple[Any, Any], ...] = (
        (Photo.master_key, Photo.size_bytes),
        (Take.video_key, Take.size_bytes),
        (Video.film_key, Video.size_bytes),
        (MusicTrack.audio_key, MusicTrack.size_bytes),
    )
    with get_database().reading() as session:
        said = {key: size for kind in kinds for key, size in session.exec(select(*kind)).all()}
    sizes = ((file, said.get(file.key)) for file in every_file(get_storage()))
    return [file.key for file, size in sizes if size is not None and not has_size(file.key, file.size, size)]


def _is_older(path: Path, age: timedelta) -> bool:
    """What has gone while we looked, because a job ended or somebody deleted it, is not ours to clean up."""
    try:
        return _newest_change(path) < time.time() - age.total_seconds()
    except FileNotFoundError:
        return False


def _newest_change(path: Path) -> float:
    """A folder may be old, and what is written in it new."""
    inside = path.rglob("*") if path.is_dir() and not path.is_symlink() else ()
    return max(float(entry.lstat().st_mtime) for entry in (path, *inside))


def _remove(path: Path) -> None:
    logger.info("cleaning up %s", path.name)
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
