"""Fingerprints of photos are measured where they are missing; a thumbnail that is lost keeps none waiting."""

from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import col, select

from echoes.database import Database
from echoes.models import Photo
from echoes.photos import fingerprints
from echoes.storage import get_storage
from tests.support.databases.rows import add_project
from tests.support.jobs.making import stored_photo


def test_a_thumbnail_that_is_lost_or_damaged_keeps_no_others_waiting(
    database: Database, anna: UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fingerprints, "AT_ONCE", 1)
    with database.unscoped() as session:
        project = add_project(session, anna)
        lost, damaged, whole = (stored_photo(session, project, tmp_path, seed) for seed in range(3))
        for photo in (lost, damaged, whole):
            photo.fingerprint = None
    get_storage().delete([lost.thumbnail_key])
    (tmp_path / "damaged").write_bytes(b"no picture")
    get_storage().put(damaged.thumbnail_key, tmp_path / "damaged")
    fingerprints.measure_missing(anna, project.id)
    with database.reading() as session:
        measured = session.exec(select(Photo.id).where(col(Photo.fingerprint).is_not(None))).all()
    assert measured == [whole.id]
