"""Restore drill: the newest backup into a scratch place, compared with what was written, and taken away."""

import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlmodel import Session

from echoes.backups import snapshots
from echoes.backups.databases import postgres
from echoes.backups.databases.copying import opened, opened_copy, rows_of
from echoes.backups.mirror import COPIES_AT_ONCE
from echoes.backups.restoring import unpack_database
from echoes.backups.snapshots import SnapshotManifest
from echoes.backups.target import BackupTarget
from echoes.credits import ledger
from echoes.database.migrations import heads_of, our_revisions
from echoes.errors import NotFound
from echoes.settings import Settings
from echoes.storage import make_storage
from echoes.storage.base import Storage, every_file
from echoes.storage.copying import FileFact, fact_of
from echoes.storage.disk import full_disk_in_words, make_folder
from echoes.storage.references import named_files

SHOWN = 5
"""Of files that are missing or damaged, by name."""


@dataclass(slots=True)
class DrillReport:
    snapshot: str
    good: list[str] = field(default_factory=list)
    bad: list[str] = field(default_factory=list)

    def note(self, good: str, bad: str = "") -> None:
        (self.bad if bad else self.good).append(bad or good)


def drill(
    settings: Settings, target: BackupTarget, name: str = "", *, sizes_only: bool = False
) -> DrillReport:
    """Says what is wrong with the backup; raises EchoesError only where it could not be looked at."""
    report = DrillReport(name or snapshots.newest(target.snapshots, target.name))
    try:
        _look(settings, target, report, sizes_only)
    except snapshots.UnusableSnapshot as error:
        report.note("", error.sentence)
    return report


def _look(settings: Settings, target: BackupTarget, report: DrillReport, sizes_only: bool) -> None:
    name = report.snapshot
    manifest = snapshots.read_manifest(target.snapshots, name, target.name)
    make_folder(settings.work_dir)
    with full_disk_in_words(), tempfile.TemporaryDirectory(dir=settings.work_dir, prefix="drill-") as folder:
        scratch = Path(folder)
        facts = snapshots.read_file_list(target.snapshots, name, manifest, scratch)
        try:
            with _restored(settings, target, name, manifest, scratch) as session:
                _compare_database(session, manifest, facts, report)
        except postgres.ProgramFailed as error:
            report.note("", f"The database cannot be restored. {error.sentence}")
        files = target.files if manifest.are_files_copied else make_storage(settings)
        _compare_files(files, facts, report, sizes_only or not manifest.are_files_copied)


@contextmanager
def _restored(
    settings: Settings, target: BackupTarget, name: str, manifest: SnapshotManifest, scratch: Path
) -> Iterator[Session]:
    path = unpack_database(target, name, manifest, scratch)
    if manifest.engine == "sqlite":
        with opened_copy(path) as session:
            yield session
        return
    with postgres.scratch_database(settings.database_url) as url:
        postgres.load(url, path)
        with opened(url) as session:
            yield session


def _compare_database(
    session: Session, manifest: SnapshotManifest, facts: dict[str, FileFact], report: DrillReport
) -> None:
    rows = rows_of(session)
    changed = [table for table in sorted(rows) if rows[table] != manifest.rows.get(table, 0)]
    report.note(
        f"The database is restored: {sum(rows.values()):,} rows in {len(rows)} tables, as were saved.",
        f"Tables have another number of rows than was saved: {', '.join(changed)}." if changed else "",
    )
    unknown = heads_of(session.connection()) - our_revisions().keys()
    report.note(
        "Its tables are those that this version of Echoes knows, or can migrate.",
        f"Its revision {', '.join(sorted(unknown))} is of a newer version of Echoes." if unknown else "",
    )
    wrong = ledger.differences(session)
    report.note(
        "Every balance is the sum of its ledger entries.",
        f"{len(wrong)} balances are not the sum of their ledger entries." if wrong else "",
    )
    unlisted = named_files(session) - facts.keys() - set(manifest.lost)
    report.note(
        "The list of files has every file that the database names.",
        _named("files are named by the database and not in the list", unlisted) if unlisted else "",
    )
    if manifest.lost:
        report.note("", _named("files had been lost before the backup was made", manifest.lost))


def _compare_files(
    storage: Storage, facts: dict[str, FileFact], report: DrillReport, sizes_only: bool
) -> None:
    sizes = {file.key: file.size for file in every_file(storage)}
    missing = [key for key in sorted(facts) if key not in sizes]
    damaged = {key for key in facts if key in sizes and sizes[key] != facts[key].size}
    if not sizes_only:
        whole = sorted(facts.keys() - damaged - set(missing))
        damaged |= _changed(storage, whole, facts)
    how = "size" if sizes_only else "size and SHA-256"
    report.note(
        f"All {len(facts):,} files are there, compared by {how}.",
        _named("files are missing", missing) if missing else "",
    )
    if damaged:
        report.note("", _named("files are damaged", sorted(damaged)))


def _changed(storage: Storage, keys: list[str], facts: dict[str, FileFact]) -> set[str]:
    def is_changed(key: str) -> bool:
        try:
            return fact_of(storage, key) != facts[key]
        except NotFound:
            return True

    with ThreadPoolExecutor(COPIES_AT_ONCE, thread_name_prefix="drill") as pool:
        return {key for key, changed in zip(keys, pool.map(is_changed, keys), strict=True) if changed}


def _named(what: str, keys: "list[str] | set[str]") -> str:
    shown = ", ".join(sorted(keys)[:SHOWN])
    return f"{len(keys):,} {what}: {shown}{', …' if len(keys) > SHOWN else ''}"
