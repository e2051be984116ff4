"""A backup from its beginning to its end: one at a time, written down, and its failure in a sentence."""

import logging
import tempfile
from pathlib import Path

from echoes.backups import runs
from echoes.backups.lock import exclusive
from echoes.backups.making import make_snapshot, prune, size_of
from echoes.backups.snapshots import SnapshotManifest
from echoes.backups.target import BackupTarget, target_of
from echoes.database import get_database
from echoes.errors import EchoesError, ReadOnly, StorageFull, StorageUnavailable, brief, for_operators
from echoes.settings import Settings
from echoes.storage.disk import make_folder

FULL = "There is no room left in {}, or in the data folder. Make room, or keep fewer backups."
READ_ONLY = "{}, or the data folder, cannot be written to. Give this account of the machine the right to it."
UNEXPECTED = "It failed on our side: {}. The log says more."

logger = logging.getLogger(__name__)


def run_backup(settings: Settings) -> tuple[str, SnapshotManifest]:
    """Into the target that the settings name. Raises EchoesError after the failure is written down."""
    database = get_database()
    with exclusive(settings):
        run_id = runs.begin(database, settings.backup_to)
        try:
            name, manifest = _make(settings, target_of(settings))
        except BaseException as error:
            runs.fail(database, run_id, failure_sentence(error, settings.backup_to))
            raise
        runs.succeed(database, run_id, name, manifest.files, size_of(manifest))
        return name, manifest


def failure_sentence(error: BaseException, place: str) -> str:
    if isinstance(error, ReadOnly):
        return READ_ONLY.format(place)
    if isinstance(error, StorageFull):
        return FULL.format(place)
    if isinstance(error, StorageUnavailable):
        return f"{place}: {for_operators(error)}"
    if isinstance(error, EchoesError):
        return for_operators(error)
    if isinstance(error, OSError):
        return f"{error.filename or 'The target'}: {error.strerror or error}."
    return UNEXPECTED.format(brief(error))


def _make(settings: Settings, target: BackupTarget) -> tuple[str, SnapshotManifest]:
    make_folder(settings.work_dir)
    with tempfile.TemporaryDirectory(dir=settings.work_dir, prefix="backup-") as folder:
        made = make_snapshot(settings, target, Path(folder))
        _prune(settings, target, Path(folder))
    return made


def _prune(settings: Settings, target: BackupTarget, scratch: Path) -> None:
    """The new backup is good, whatever becomes of old ones."""
    try:
        prune(settings, target, scratch)
    except EchoesError as error:
        logger.error("old backups cannot be tidied up: %s", failure_sentence(error, target.name))
