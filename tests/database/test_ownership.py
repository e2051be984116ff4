"""Wall 2: a session acting for one user neither reads nor writes rows of another. Every table is walked."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, delete, select, update

from echoes.database import Database, ForeignRow
from echoes.database.ownership import owned_tables
from echoes.models import (
    Aspect,
    AuthSession,
    Clip,
    JobEvent,
    MusicTrack,
    Owned,
    Photo,
    Project,
    Take,
    Upload,
    UploadKind,
    User,
    Video,
    new_id,
    now,
)

Rows = dict[type[SQLModel], Any]


def fill(session: Session, owner: UUID) -> Rows:
    """One row of every owned table."""
    project = Project(owner_id=owner, title="Summer")
    session.add(project)
    session.flush()
    photo = Photo(
        owner_id=owner, project_id=project.id, filename="a.jpg", width=4, height=3, size_bytes=9,
        master_key="m", thumbnail_key="t",
    )  # fmt: skip
    upload = Upload(
        owner_id=owner, project_id=project.id, kind=UploadKind.PHOTO, filename="b.jpg", size_bytes=9
    )
    video = Video(owner_id=owner, project_id=project.id, title="Summer", timeline={}, width=4, height=3)
    event = JobEvent(owner_id=owner, subject_id=new_id(), message="made")
    track = MusicTrack(owner_id=owner, title="Song", duration=1, size_bytes=1, audio_key="k", media_type="a")
    session.add_all([photo, upload, video, event, track])
    session.flush()
    clip = Clip(owner_id=owner, project_id=project.id, photo_id=photo.id, position=0)
    session.add(clip)
    session.flush()
    take = Take(
        owner_id=owner, clip_id=clip.id, provider="motion", model="m", motion="rise", aspect=Aspect.WIDE
    )
    session.add(take)
    session.flush()
    return {type(row): row for row in (project, photo, upload, video, event, track, clip, take)}


@pytest.fixture
def rows(database: Database, anna: UUID) -> Rows:
    with database.unscoped() as session:
        return fill(session, anna)


GUARDED = [*owned_tables(), MusicTrack]


def test_the_walk_knows_every_table_that_has_an_owner(rows: Rows) -> None:
    with_owner = {m.class_ for m in SQLModel._sa_registry.mappers if "owner_id" in m.columns}
    assert with_owner == set(GUARDED) == set(rows)
    assert set(owned_tables()) == {t for t in with_owner if issubclass(t, Owned)}


@pytest.mark.parametrize("table", GUARDED, ids=lambda table: table.__name__)
class TestAStranger:
    def test_finds_nothing(self, table: Any, database: Database, rows: Rows, stranger: UUID) -> None:
        with database.reading_as(stranger) as session:
            assert session.get(table, rows[table].id) is None
            assert session.exec(select(table)).all() == []
            assert session.exec(select(table.id).where(table.id == rows[table].id)).all() == []

    def test_changes_nothing(self, table: Any, database: Database, rows: Rows, stranger: UUID) -> None:
        with database.acting_as(stranger) as session:
            assert session.exec(update(table).values(created_at=now())).rowcount == 0
            assert session.exec(delete(table)).rowcount == 0

    def test_cannot_add_a_row_for_another(
        self, table: Any, database: Database, rows: Rows, stranger: UUID
    ) -> None:
        copy = table(**rows[table].model_dump() | {"id": new_id()})
        with pytest.raises(ForeignRow), database.acting_as(stranger) as session:
            session.add(copy)

    def test_cannot_save_or_delete_a_row_that_slipped_in(
        self, table: Any, database: Database, rows: Rows, stranger: UUID
    ) -> None:
        def change(session: Session, row: Any) -> None:
            row.created_at = now()

        def remove(session: Session, row: Any) -> None:
            session.delete(row)

        for misuse in (change, remove):
            self._refuses(database, stranger, rows[table], misuse)

    def _refuses(
        self, database: Database, user: UUID, row: Any, misuse: Callable[[Session, Any], None]
    ) -> None:
        with pytest.raises(ForeignRow), database.acting_as(user) as session:
            session.add(row)
            misuse(session, row)
            session.flush()


@pytest.mark.parametrize("table", GUARDED, ids=lambda table: table.__name__)
class TestTheOwner:
    def test_finds_and_changes_the_row(self, table: Any, database: Database, rows: Rows, anna: UUID) -> None:
        with database.acting_as(anna) as session:
            assert session.get_one(table, rows[table].id).owner_id == anna
            assert session.exec(update(table).values(created_at=now())).rowcount == 1

    def test_cannot_give_it_away(
        self, table: Any, database: Database, rows: Rows, anna: UUID, stranger: UUID
    ) -> None:
        with pytest.raises(ForeignRow), database.acting_as(anna) as session:
            session.get_one(table, rows[table].id).owner_id = stranger

    def test_cannot_insert_past_the_check(
        self, table: Any, database: Database, rows: Rows, anna: UUID
    ) -> None:
        with pytest.raises(ForeignRow), database.acting_as(anna) as session:
            session.exec(sa.insert(table).values(**rows[table].model_dump() | {"id": new_id()}))


def test_bundled_music_is_everybodys_to_read_and_nobodys_to_change(database: Database, anna: UUID) -> None:
    with database.unscoped() as session:
        session.add(
            MusicTrack(title="Tender", duration=1, size_bytes=1, audio_key="k", media_type="audio/mp4")
        )
    with database.acting_as(anna) as session:
        (track,) = session.exec(select(MusicTrack)).all()
        assert session.exec(delete(MusicTrack)).rowcount == 0
    with pytest.raises(ForeignRow), database.acting_as(anna) as session:
        session.get_one(MusicTrack, track.id).title = "Mine"


def test_a_user_sees_of_users_and_sessions_only_their_own(
    database: Database, anna: UUID, stranger: UUID
) -> None:
    with database.unscoped() as session:
        session.add(AuthSession(user_id=anna, token_hash="h", expires_at=now()))
    with database.reading_as(stranger) as session:
        assert [user.id for user in session.exec(select(User))] == [stranger]
        assert session.exec(select(AuthSession)).all() == []
        assert session.exec(select(User).where(col(User.id) == anna)).all() == []


def test_joins_and_aliases_are_guarded_too(database: Database, rows: Rows, stranger: UUID) -> None:
    with database.reading_as(stranger) as session:
        joined = select(Take).join(Clip, col(Clip.id) == col(Take.clip_id))
        assert session.exec(joined).all() == []
        alias = sa.orm.aliased(Photo)
        assert session.exec(select(alias)).all() == []


def test_a_reading_session_refuses_to_write(database: Database, anna: UUID) -> None:
    with pytest.raises(RuntimeError, match="reading"), database.reading_as(anna) as session:
        session.add(Project(owner_id=anna, title="x"))
