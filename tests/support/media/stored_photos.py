"""Photographs with files that say whose they are, and whether all came back."""

from pathlib import Path
from uuid import UUID

from echoes.database import Database, after_commit
from echoes.models import Photo, Project, new_id
from echoes.settings import Settings
from echoes.storage import get_storage, new_key
from echoes.storage.references import named_files


def add_stored_photo(database: Database, project: Project, scratch: Path) -> Photo:
    """The file first, as everywhere; what is in it says whose it is."""
    key = new_key(project.owner_id, "photos", "jpg")
    source = scratch / f"{new_id()}.jpg"
    source.write_bytes(key.encode() * 500)
    get_storage().put(key, source)
    with database.unscoped() as session:
        photo = Photo(
            owner_id=project.owner_id, project_id=project.id, filename="a.jpg", width=1, height=1,
            size_bytes=len(key) * 500, master_key=key, thumbnail_key=key,
        )  # fmt: skip
        session.add(photo)
    return photo


def delete_photo(database: Database, photo_id: UUID) -> None:
    with database.unscoped() as session:
        photo = session.get_one(Photo, photo_id)
        key = photo.master_key
        session.delete(photo)
        after_commit(session, lambda: get_storage().delete([key]))


def assert_whole(settings: Settings) -> set[str]:
    """Every file that the database names is there as it was written, and there is no other. The names."""
    database = Database(settings.database_url)
    with database.reading() as session:
        named = named_files(session)
        assert session.connection().exec_driver_sql("PRAGMA foreign_key_check").all() == []
    database.dispose()
    stored = {p.relative_to(settings.files_dir).as_posix() for p in settings.files_dir.rglob("*.*")}
    assert stored == named
    for key in named:
        assert (settings.files_dir / key).read_bytes() == key.encode() * 500
    return named
