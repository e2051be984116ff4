"""Music to choose from: everybody's and one's own, and nobody else's."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest

from echoes.database import Database
from echoes.errors import NotFound
from echoes.models import MusicTrack, Project, User
from echoes.music import service
from echoes.storage import get_storage, new_key
from tests.support.rows import add_project


def add_track(database: Database, owner: UUID | None, title: str, folder: Path) -> MusicTrack:
    source = folder / "source"
    source.write_bytes(b"sound")
    track = MusicTrack(
        owner_id=owner, title=title, duration=90, size_bytes=5, audio_key=new_key(owner, "music", "m4a"),
        media_type="audio/mp4",
    )  # fmt: skip
    get_storage().put(track.audio_key, source)
    with database.unscoped() as session:
        session.add(track)
    return track


def titles(database: Database, user_id: UUID) -> list[str]:
    with database.reading_as(user_id) as session:
        return [track.title for track in service.list_tracks(session)]


def test_bundled_ones_come_first_then_ones_own_newest_first(
    database: Database, anna: UUID, stranger: UUID, data_dir: Path
) -> None:
    for owner, title in ((anna, "old"), (None, "Tender"), (stranger, "his"), (None, "Sunny"), (anna, "new")):
        add_track(database, owner, title, data_dir)
    assert titles(database, anna) == ["Tender", "Sunny", "new", "old"]
    assert titles(database, stranger) == ["Tender", "Sunny", "his"]


def test_removing_takes_row_and_file_and_silences_projects(
    database: Database, anna: UUID, data_dir: Path
) -> None:
    track = add_track(database, anna, "mine", data_dir)
    with database.acting_as(anna) as session:
        project = add_project(session, anna)
        project.music_id = track.id
    with database.acting_as(anna) as session:
        service.remove(session, track.id)
    assert titles(database, anna) == []
    with pytest.raises(NotFound), get_storage().local_path(track.audio_key):
        pass
    with database.unscoped() as session:
        silent = session.get_one(Project, project.id)
        assert (silent.music_id, silent.revision) == (None, 1)
        assert session.get_one(User, anna).revision > 0


@pytest.mark.parametrize("whose", ["another's", "everybody's", "nobody ever had it"])
def test_only_ones_own_can_be_removed(
    database: Database, anna: UUID, stranger: UUID, data_dir: Path, whose: str
) -> None:
    owner = {"another's": stranger, "everybody's": None}.get(whose)
    track = add_track(database, owner, "theirs", data_dir)
    asked = uuid4() if whose == "nobody ever had it" else track.id
    with pytest.raises(NotFound, match="There is nothing here"), database.acting_as(anna) as session:
        service.remove(session, asked)
    with database.unscoped() as session:
        assert session.get(MusicTrack, track.id)
    with get_storage().local_path(track.audio_key) as path:
        assert path.exists()
