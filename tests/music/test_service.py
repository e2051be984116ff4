"""Music to choose from: everybody's and one's own, and nobody else's."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest

from echoes.database import Database
from echoes.errors import NotFound, Refused
from echoes.models import MusicTrack, Project, User, now
from echoes.music import service
from echoes.music.analysis import ask_for_analysis
from echoes.projects.removals import forget_removed
from echoes.storage import get_storage, new_key
from echoes.storage.references import named_files
from echoes.uploads.quota import usage
from tests.support.databases.rows import add_project
from tests.support.jobs.workflows import enqueued, pretend, said_to


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


def remove(database: Database, user_id: UUID, track: MusicTrack) -> UUID:
    with database.acting_as(user_id) as session:
        return service.remove(session, track.id)


def bring_back(database: Database, user_id: UUID, removal_id: UUID) -> None:
    with database.acting_as(user_id) as session:
        service.bring_back(session, removal_id)


def test_bundled_ones_come_first_then_ones_own_newest_first(
    database: Database, anna: UUID, stranger: UUID, data_dir: Path
) -> None:
    for owner, title in ((anna, "old"), (None, "Tender"), (stranger, "his"), (None, "Sunny"), (anna, "new")):
        add_track(database, owner, title, data_dir)
    assert titles(database, anna) == ["Tender", "Sunny", "new", "old"]
    assert titles(database, stranger) == ["Tender", "Sunny", "his"]


def test_what_is_removed_silences_projects_and_comes_back_with_them(
    database: Database, anna: UUID, data_dir: Path
) -> None:
    track, other = (add_track(database, anna, title, data_dir) for title in ("mine", "other"))
    with database.acting_as(anna) as session:
        project, changed = add_project(session, anna), add_project(session, anna)
        project.music_id, project.music_start = track.id, 5.0
        project.further_music = [str(other.id)]
        changed.music_id = track.id
    removal_id = remove(database, anna, track)
    assert titles(database, anna) == ["other"]
    with database.acting_as(anna) as session:
        without = session.get_one(Project, project.id)
        assert (without.music_id, without.music_start, without.revision) == (other.id, 0.0, 1)
        assert session.get_one(User, anna).revision > 0
        session.get_one(Project, changed.id).music_id = other.id
    bring_back(database, anna, removal_id)
    assert titles(database, anna) == ["other", "mine"]
    with database.unscoped() as session:
        assert session.get_one(MusicTrack, track.id).model_dump() == track.model_dump()
        back = session.get_one(Project, project.id)
        assert (back.music_id, back.music_start, back.further_music) == (track.id, 5.0, [str(other.id)])
        assert session.get_one(Project, changed.id).music_id == other.id, "it was changed meanwhile"


def test_the_file_stays_as_long_as_it_can_come_back(database: Database, anna: UUID, data_dir: Path) -> None:
    track = add_track(database, anna, "mine", data_dir)
    removal_id = remove(database, anna, track)
    with database.reading_as(anna) as session:
        assert (usage(session).music, track.audio_key in named_files(session)) == (5, True)
    assert get_storage().exists(track.audio_key)
    with database.unscoped() as session:
        forget_removed(session, now())
    assert not get_storage().exists(track.audio_key)
    with pytest.raises(NotFound, match="gone for good"):
        bring_back(database, anna, removal_id)


def test_one_comes_back_once_and_for_its_owner_alone(
    database: Database, anna: UUID, stranger: UUID, data_dir: Path
) -> None:
    removal_id = remove(database, anna, add_track(database, anna, "mine", data_dir))
    for wanted, who in ((removal_id, stranger), (uuid4(), anna)):
        with pytest.raises(NotFound):
            bring_back(database, who, wanted)
    bring_back(database, anna, removal_id)
    with pytest.raises(NotFound):
        bring_back(database, anna, removal_id)
    assert (titles(database, anna), titles(database, stranger)) == (["mine"], [])


def test_one_too_many_does_not_come_back(
    database: Database, anna: UUID, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    removal_id = remove(database, anna, add_track(database, anna, "mine", data_dir))
    monkeypatch.setattr(service, "MOST_OWN_TRACKS", 1)
    add_track(database, anna, "newer", data_dir)
    with pytest.raises(Refused, match="as much music"):
        bring_back(database, anna, removal_id)


def test_removing_one_of_several_leaves_the_others_playing(
    database: Database, anna: UUID, data_dir: Path
) -> None:
    first, second = (add_track(database, anna, title, data_dir) for title in ("first", "second"))
    with database.acting_as(anna) as session:
        both, later = add_project(session, anna), add_project(session, anna)
        both.music_id, both.further_music, both.music_start = first.id, [str(second.id)], 5.0
        later.music_id, later.further_music = second.id, [str(first.id), str(second.id)]
    with database.acting_as(anna) as session:
        service.remove(session, first.id)
    with database.unscoped() as session:
        left = [session.get_one(Project, project.id) for project in (both, later)]
        assert [(each.music_id, each.further_music) for each in left] == [
            (second.id, []), (second.id, [str(second.id)]),
        ]  # fmt: skip
        assert (left[0].music_start, left[0].revision) == (0.0, 1)


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


def test_a_track_whose_analysis_ended_while_it_was_away_is_analysed_again(
    database: Database, anna: UUID, data_dir: Path
) -> None:
    track = add_track(database, anna, "mine", data_dir)
    with database.unscoped() as session:
        assert ask_for_analysis(session) == 1
    removal_id = remove(database, anna, track)
    pretend(status="SUCCESS")
    bring_back(database, anna, removal_id)
    (waiting,) = enqueued()
    assert said_to(waiting) == str(track.id)
