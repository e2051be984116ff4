"""A clip in one tap longer or shorter, several moved at once, and what was left out comes back."""

from uuid import UUID

import pytest
from sqlmodel import col, select

from echoes.database import Database
from echoes.editing import clips, history
from echoes.errors import Refused
from echoes.models import Aspect, Clip, JobStatus, Photo, Project, Take
from tests.support.databases.rows import add_photo, add_take


def parts(database: Database, take: Take) -> tuple[int, int | None]:
    with database.reading() as session:
        clip = session.get_one(Clip, take.clip_id)
        return clip.trim_start, clip.trim_end


class TestLength:
    @pytest.mark.parametrize(
        ("start", "end", "by", "becomes"),
        [
            (0, 120, -clips.STEP, (0, 108)),
            (12, 60, clips.STEP, (12, 72)),
            (12, 115, clips.STEP, (5, None)),
            (0, 115, clips.STEP, (0, None)),
            (0, 120, clips.STEP, (0, None)),
        ],
        ids=["shorter", "longer", "also at its beginning", "to its end", "whole already"],
    )
    def test_grows_at_the_end_and_then_at_the_beginning(
        self,
        database: Database,
        takes: list[Take],
        anna: UUID,
        start: int,
        end: int,
        by: int,
        becomes: tuple[int, int | None],
    ) -> None:
        with database.acting_as(anna) as session:
            clips.trim(session, takes[0].clip_id, start, end)
            clips.lengthen(session, takes[0].clip_id, by)
        assert parts(database, takes[0]) == becomes


class TestMoving:
    def order(self, database: Database) -> list[UUID]:
        with database.reading() as session:
            return list(session.exec(select(Clip.id).order_by(col(Clip.position), col(Clip.id))))

    @pytest.fixture
    def six(self, database: Database, project: Project, takes: list[Take]) -> list[UUID]:
        with database.unscoped() as session:
            for number in range(3, 6):
                add_take(session, add_photo(session, project, f"{number}.jpg"), approved=True)
        return self.order(database)

    @pytest.mark.parametrize(
        ("chosen", "before", "becomes"),
        [
            ([4, 1], 0, [1, 4, 0, 2, 3, 5]),
            ([0, 2], 4, [1, 3, 0, 2, 4, 5]),
            ([0, 1], None, [2, 3, 4, 5, 0, 1]),
            (range(6), None, [0, 1, 2, 3, 4, 5]),
        ],
        ids=["to the beginning", "before another", "to the end", "all of them"],
    )
    def test_they_keep_their_order_among_each_other(
        self,
        database: Database,
        project: Project,
        six: list[UUID],
        chosen: list[int],
        before: int | None,
        becomes: list[int],
    ) -> None:
        with database.acting_as(project.owner_id) as session:
            place = None if before is None else six[before]
            clips.move(session, project.id, [six[number] for number in chosen], place)
        assert self.order(database) == [six[number] for number in becomes]
        with database.acting_as(project.owner_id) as session:
            history.undo(session, project.id)
        assert self.order(database) == six


class TestComingBack:
    def shown(self, database: Database, clip_id: UUID) -> UUID | None:
        with database.reading() as session:
            return session.get_one(Clip, clip_id).approved_take_id

    def test_with_the_take_that_was_shown(self, database: Database, takes: list[Take], anna: UUID) -> None:
        with database.unscoped() as session:
            add_take(session, session.exec(select(Photo).order_by(col(Photo.id))).all()[0])
        with database.acting_as(anna) as session:
            clips.leave_out(session, takes[0].clip_id)
            clips.bring_back(session, takes[0].clip_id)
        assert self.shown(database, takes[0].clip_id) == takes[0].id

    def test_with_the_newest_one_of_this_shape_when_none_was(
        self, database: Database, project: Project, anna: UUID
    ) -> None:
        with database.unscoped() as session:
            photo = add_photo(session, project)
            add_take(session, photo)
            newest = add_take(session, photo)
            add_take(session, photo, aspect=Aspect.SQUARE)
            add_take(session, photo, JobStatus.FAILED)
        with database.acting_as(anna) as session:
            clips.bring_back(session, newest.clip_id)
        assert self.shown(database, newest.clip_id) == newest.id

    def test_also_where_it_is_shown_again(self, database: Database, takes: list[Take], anna: UUID) -> None:
        with database.acting_as(anna) as session:
            copy = clips.duplicate(session, takes[0].clip_id)
            clips.leave_out(session, copy)
        with database.acting_as(anna) as session:
            clips.bring_back(session, copy)
        assert self.shown(database, copy) == takes[0].id

    def test_not_before_it_is_ready(self, database: Database, project: Project, anna: UUID) -> None:
        with database.unscoped() as session:
            waiting = add_take(session, add_photo(session, project), JobStatus.WAITING)
        with pytest.raises(Refused, match="not ready"), database.acting_as(anna) as session:
            clips.bring_back(session, waiting.clip_id)
