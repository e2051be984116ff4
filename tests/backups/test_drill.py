"""A drill finds what would keep a backup from being restored, and leaves nothing behind."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from echoes.backups import drill as drills
from echoes.backups.databases import postgres
from echoes.backups.databases.copying import rows_of
from echoes.backups.drill import drill
from echoes.backups.service import run_backup
from echoes.backups.target import BackupTarget
from echoes.database import Database
from echoes.errors import BadInput, Refused
from echoes.models import Photo
from echoes.settings import Settings
from tests.support.databases.postgres import as_app

pytestmark = pytest.mark.slow


@pytest.fixture
def made(settings: Settings, photos: list[Photo], backup_folder: Path) -> Path:
    """The folder of a good snapshot."""
    name, _ = run_backup(settings)
    return backup_folder / "snapshots" / name


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


@pytest.mark.parametrize("harm", [cut, flip, Path.unlink], ids=["cut", "flipped", "missing"])
@pytest.mark.parametrize("member", ["database.*", "files.gz", "manifest.json"])
def test_a_damaged_part(
    settings: Settings, target: BackupTarget, made: Path, harm: Callable[[Path], None], member: str
) -> None:
    (path,) = made.glob(member)
    harm(path)
    if (member, harm) == ("manifest.json", Path.unlink):
        with pytest.raises(BadInput, match="no complete backup"):
            drill(settings, target)
        return
    (problem,) = drill(settings, target).bad
    assert problem.startswith(f"The backup {made.name} cannot be used: ")
    assert list(settings.work_dir.iterdir()) == []


def test_damaged_and_missing_files(
    settings: Settings, target: BackupTarget, made: Path, photos: list[Photo], backup_folder: Path
) -> None:
    harms: list[Callable[[Path], None]] = [cut, flip, Path.unlink]
    for photo, harm in zip(photos, harms, strict=True):
        harm(backup_folder / "files" / photo.master_key)
    shortened, changed, missing = (photo.master_key for photo in photos)
    assert drill(settings, target).bad == [
        f"1 files are missing: {missing}",
        f"2 files are damaged: {', '.join(sorted([shortened, changed]))}",
    ]
    assert drill(settings, target, sizes_only=True).bad[1] == f"1 files are damaged: {shortened}"


def test_books_that_do_not_add_up(
    settings: Settings, target: BackupTarget, photos: list[Photo], either: Database
) -> None:
    with either.unscoped() as session:
        session.execute(sa.text("UPDATE users SET balance = balance + 1"))
    run_backup(settings)
    assert drill(settings, target).bad == ["1 balances are not the sum of their ledger entries."]


def test_rows_that_are_missing(
    settings: Settings, target: BackupTarget, made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drills, "rows_of", lambda session: rows_of(session) | {"photos": 2})
    assert drill(settings, target).bad == ["Tables have another number of rows than was saved: photos."]


def test_nothing_stays(settings: Settings, target: BackupTarget, made: Path, either: Database) -> None:
    drill(settings, target)
    assert list(settings.work_dir.iterdir()) == []
    if not settings.is_sqlite:
        with either.engine.connect() as connection:
            names = connection.scalars(sa.text("SELECT datname FROM pg_database")).all()
        assert [name for name in names if name.startswith("echoes_drill_")] == []


@pytest.mark.postgres
def test_a_role_that_may_make_no_database_is_told(migrated_postgres: str) -> None:
    lesser = as_app(migrated_postgres)
    with pytest.raises(Refused, match="CREATEDB"), postgres.scratch_database(lesser):
        pass
