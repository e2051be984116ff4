"""Make one snapshot: mirror the files, copy the database, write the manifest, let old snapshots go.

Files never change, and are deleted only after the commit that removed their rows. So what a copy of the
database names and nobody has was deleted since, and a newer copy does not name it; or it was lost before.
"""

import logging
import shutil
from datetime import timedelta
from pathlib import Path

from echoes.backups import key_folders, snapshots
from echoes.backups.databases.copying import DatabaseCopy, copy_database
from echoes.backups.mirror import FileMirror, delete_unnamed
from echoes.backups.retention import kept
from echoes.backups.snapshots import KEYS, MANIFEST, SECRET, Member, SnapshotManifest
from echoes.backups.target import BackupTarget
from echoes.errors import Refused, brief
from echoes.models import now
from echoes.settings import Settings
from echoes.storage import make_storage
from echoes.storage.base import Storage, every_file
from echoes.storage.copying import FileFact

MOST_COPIES = 20
UNNAMED_AGE = timedelta(days=2)
"""A file that was mirrored by a run that was killed is not deleted before another run can name it."""
TOO_QUICK = "Files are being deleted faster than they can be copied. Try again at a quieter time."

logger = logging.getLogger(__name__)


def make_snapshot(settings: Settings, target: BackupTarget, scratch: Path) -> tuple[str, SnapshotManifest]:
    """Its name and manifest. Raises EchoesError; then there is none that counts."""
    name = _free_name(target)
    copy, facts, lost = _copied(settings, target, scratch)
    manifest = SnapshotManifest(
        made_at=snapshots.moment_of(name),
        engine="sqlite" if settings.is_sqlite else "postgresql",
        database=snapshots.put_member(target.snapshots, name, copy.path.name, copy.path),
        file_list=_put_file_list(target.snapshots, name, facts, scratch),
        secret=_put_secret(settings, target.snapshots, name, scratch),
        keys=_put_keys(settings, target.snapshots, name, scratch),
        rows=copy.rows, files=len(facts), file_bytes=sum(fact.size for fact in facts.values()),
        lost=sorted(lost), are_files_copied=settings.backup_files,
    )  # fmt: skip
    path = scratch / MANIFEST
    path.write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
    target.snapshots.put(snapshots.key_of(name, MANIFEST), path)
    return name, manifest


def prune(settings: Settings, target: BackupTarget, scratch: Path) -> int:
    """Deletes snapshots whose time is over, then files that none of the others names. How many snapshots.
    Raises UnusableSnapshot before it deletes a file, when one that is kept cannot be read."""
    found = snapshots.members_of_all(target.snapshots)
    complete = {snapshots.moment_of(name): name for name, members in found.items() if MANIFEST in members}
    stay = {complete[moment] for moment in kept(complete, settings.backups_daily, settings.backups_weekly)}
    over = sorted(found.keys() - stay)
    for name in over:
        _delete(target.snapshots, name, found[name])
    named = {key for name in stay for key in _file_list(target, name, scratch)}
    deleted = delete_unnamed(target.files, named, now() - UNNAMED_AGE)
    logger.info("%d old snapshots and %d files of the backup are deleted", len(over), deleted)
    return len(over)


def _free_name(target: BackupTarget) -> str:
    """Of this moment; of a second later, where one has the name that was made in the same second."""
    moment, taken = now(), snapshots.members_of_all(target.snapshots)
    while (name := snapshots.new_name(moment)) in taken:
        moment += timedelta(seconds=1)
    return name


def _copied(
    settings: Settings, target: BackupTarget, scratch: Path
) -> tuple[DatabaseCopy, dict[str, FileFact], set[str]]:
    source = make_storage(settings)
    mirror = FileMirror(source, target.files, _known(target, scratch), scratch)
    missing: set[str] = set()
    for _ in range(MOST_COPIES):
        copy = copy_database(settings, scratch)
        facts, gone = _facts(settings, mirror, source, copy.named)
        # What was missing before this copy was made, and still is named by it, was not deleted by Echoes.
        if gone <= missing:
            return copy, facts, gone
        missing = gone
    raise Refused(TOO_QUICK)


def _facts(
    settings: Settings, mirror: FileMirror, source: Storage, named: set[str]
) -> tuple[dict[str, FileFact], set[str]]:
    """Of the named files, and which of them are gone."""
    if settings.backup_files:
        gone = mirror.update(named)
        return {key: mirror.facts[key] for key in named - gone}, gone
    listed = {file.key: FileFact(file.size, "") for file in every_file(source) if file.key in named}
    return listed, named - listed.keys()


def _known(target: BackupTarget, scratch: Path) -> dict[str, FileFact]:
    """What the newest snapshot says of files. A damaged one only costs reading them again."""
    for name in reversed(snapshots.complete(target.snapshots)):
        try:
            return _file_list(target, name, scratch)
        except snapshots.UnusableSnapshot as error:
            logger.warning("snapshot %s cannot be read: %s", name, brief(error))
    return {}


def _file_list(target: BackupTarget, name: str, scratch: Path) -> dict[str, FileFact]:
    manifest = snapshots.read_manifest(target.snapshots, name, target.name)
    return snapshots.read_file_list(target.snapshots, name, manifest, scratch)


def _put_file_list(storage: Storage, name: str, facts: dict[str, FileFact], scratch: Path) -> Member:
    path = scratch / snapshots.FILE_LIST
    snapshots.write_file_list(facts, path)
    return snapshots.put_member(storage, name, snapshots.FILE_LIST, path)


def _put_secret(settings: Settings, storage: Storage, name: str, scratch: Path) -> Member | None:
    """The one that Echoes made for itself; that of the environment is in no backup."""
    if not (secret := settings.data_dir / SECRET).is_file():
        return None
    copy = scratch / SECRET
    copy.touch(mode=0o600)
    shutil.copyfile(secret, copy)
    return snapshots.put_member(storage, name, SECRET, copy)


def _put_keys(settings: Settings, storage: Storage, name: str, scratch: Path) -> Member | None:
    packed = scratch / KEYS
    if not key_folders.pack(settings.data_dir, packed):
        return None
    return snapshots.put_member(storage, name, KEYS, packed)


def _delete(storage: Storage, name: str, members: set[str]) -> None:
    """The manifest first: from then on it counts no more."""
    for member in sorted(members, key=lambda member: member != MANIFEST):
        storage.delete([snapshots.key_of(name, member)])


def size_of(manifest: SnapshotManifest) -> int:
    return manifest.database.size + manifest.file_bytes
