"""Backups of an Echoes with photographs, into a folder; on SQLite and on PostgreSQL."""

import gzip
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import Session

from echoes.backups.target import BackupTarget, target_of
from echoes.credits import ledger
from echoes.database import Database
from echoes.models import EntryKind, Photo, Project, User
from echoes.settings import Settings, get_settings
from tests.support.databases.rows import add_project
from tests.support.media.stored_photos import add_stored_photo


@pytest.fixture
def backup_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("backups")


@pytest.fixture
def settings(either: Database, backup_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    return with_target(backup_folder, monkeypatch)


def with_target(folder: object, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("ECHOES_BACKUP_TO", str(folder))
    get_settings.cache_clear()
    return get_settings()


@pytest.fixture
def target(settings: Settings) -> BackupTarget:
    return target_of(settings)


@pytest.fixture
def project_with_photos(either: Database) -> Project:
    """Of somebody who has credits."""
    with either.unscoped() as session:
        return add_project(session, add_guest(session))


def add_guest(session: Session) -> UUID:
    user = User(issuer="test", subject="anna", name="Anna")
    session.add(user)
    session.flush()
    ledger.give(session, user.id, ledger.Movement(EntryKind.GRANT, 7, "a gift", "A gift"))
    return user.id


@pytest.fixture
def photos(either: Database, project_with_photos: Project, tmp_path: Path) -> list[Photo]:
    return [add_stored_photo(either, project_with_photos, tmp_path) for _ in range(3)]


def rewrite_gzip(path: Path, content: bytes) -> None:
    with gzip.open(path, "wb") as file:
        file.write(content)
