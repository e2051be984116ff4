"""Backups in ECHOES_BACKUP_TO, from the command line: make one, restore one, drill restoring."""

from collections.abc import Callable

from echoes.backups import drill as drills
from echoes.backups.making import size_of
from echoes.backups.restoring import restore_snapshot
from echoes.backups.service import run_backup
from echoes.backups.snapshots import newest
from echoes.backups.target import target_of
from echoes.settings import Settings

Say = Callable[[str], None]


def make(settings: Settings, say: Say) -> bool:
    """Whether nothing had been lost before. Raises EchoesError."""
    name, manifest = run_backup(settings)
    files = (
        f"{manifest.files:,} files" if manifest.are_files_copied else f"a list of {manifest.files:,} files"
    )
    size = f"{size_of(manifest):,} bytes"
    say(f"{settings.backup_to}: {name}, the database and {files}, {size}. Keep it secret.")
    for key in manifest.lost:
        say(f"✗ {key} is in the database, but was lost before this backup.")
    return not manifest.lost


def restore(settings: Settings, name: str, say: Say) -> None:
    """Without a name: the newest. Raises EchoesError."""
    target = target_of(settings)
    name = name or newest(target.snapshots, target.name)
    manifest = restore_snapshot(settings, target, name)
    files = f" and {manifest.files:,} files" if manifest.are_files_copied else ""
    say(f"The database{files} of {name} are restored, exactly as they were.")


def drill(settings: Settings, name: str, sizes_only: bool, say: Say) -> bool:
    """Whether all is well. Raises EchoesError."""
    report = drills.drill(settings, target_of(settings), name, sizes_only=sizes_only)
    say(f"{settings.backup_to}: {report.snapshot}")
    for sentence in report.good:
        say(f"✓ {sentence}")
    for sentence in report.bad:
        say(f"✗ {sentence}")
    return not report.bad
