"""Clips and takes: asking for one, choosing among them, ordering; as owner, as stranger, twice, too late."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from echoes.clips import removal as clip_removal
from echoes.clips import service
from echoes.database import Database, UserSession
from echoes.editing import clips as editing
from echoes.errors import BadInput, NotFound, Refused
from echoes.models import Aspect, Clip, JobStatus, Photo, Project, Take
from echoes.projects import service as projects
from echoes.projects.segment_cache import rendered_parts
from echoes.takes.motions import MOVES
from tests.support.databases.rows import add_photo, add_take
from tests.support.jobs.workflows import enqueued


@pytest.fixture
def photos(database: Database, project: Project) -> list[Photo]:
    with database.unscoped() as session:
        return [add_photo(session, project, f"{number}.jpg") for number in range(3)]


def order(database: Database, user: UUID, project: Project) -> list[UUID]:
    with database.reading_as(user) as session:
        return [clip.photo_id for clip in service.list_clips(session, project.id)]


def clip_of(database: Database, user: UUID, photo: Photo) -> Clip:
    with database.reading_as(user) as session:
        clips = service.list_clips(session, photo.project_id)
    return next(clip for clip in clips if clip.photo_id == photo.id)


class TestAnimating:
    def test_makes_a_take_and_its_job_together(
        self, database: Database, anna: UUID, photos: list[Photo]
    ) -> None:
        with database.acting_as(anna) as session:
            (take,) = service.animate(session, photos[0].id, "rise")
        assert (take.status, take.motion, take.provider) == (JobStatus.WAITING, "rise", "motion")
        assert enqueued() == [f"generate_take:{take.id}"]

    def test_leaves_neither_when_the_transaction_fails(
        self, database: Database, anna: UUID, photos: list[Photo]
    ) -> None:
        with pytest.raises(ZeroDivisionError), database.acting_as(anna) as session:
            service.animate(session, photos[0].id, "rise")
            _ = 1 / 0
        assert enqueued() == []
        assert order(database, anna, Project(id=photos[0].project_id, owner_id=anna, title="")) == []

    def test_a_second_tap_does_not_ask_twice(
        self, database: Database, anna: UUID, photos: list[Photo]
    ) -> None:
        with database.acting_as(anna) as session:
            service.animate(session, photos[0].id, "rise")
        with pytest.raises(Refused, match="already"), database.acting_as(anna) as session:
            service.animate(session, photos[0].id, "push_in")
        assert len(enqueued()) == 1

    def test_again_keeps_the_earlier_take(
        self, database: Database, anna: UUID, photos: list[Photo], project: Project
    ) -> None:
        with database.unscoped() as session:
            earlier = add_take(session, photos[0], approved=True)
        with database.acting_as(anna) as session:
            (again,) = service.animate(session, photos[0].id, "rise")
        with database.reading_as(anna) as session:
            assert [take.id for take in service.list_takes(session, project.id)] == [earlier.id, again.id]
        assert clip_of(database, anna, photos[0]).approved_take_id == earlier.id

    @pytest.mark.parametrize("motion", ["", "explode", "../etc", "PUSH_IN"])
    def test_an_unknown_move_is_refused(
        self, database: Database, anna: UUID, photos: list[Photo], motion: str
    ) -> None:
        with pytest.raises(BadInput), database.acting_as(anna) as session:
            service.animate(session, photos[0].id, motion)
        assert enqueued() == []

    def test_all_skips_what_is_done_or_under_way_and_varies_the_moves(
        self, database: Database, anna: UUID, photos: list[Photo], project: Project
    ) -> None:
        with database.unscoped() as session:
            add_take(session, photos[0])
            add_take(session, photos[1], JobStatus.FAILED)
        with database.acting_as(anna) as session:
            takes = service.animate_all(session, project.id)
        with database.acting_as(anna) as session:
            assert service.animate_all(session, project.id) == []
        assert len(takes) == 2
        assert len({take.motion for take in takes}) == 2
        assert {take.motion for take in takes} <= {move.key for move in MOVES}
        assert order(database, anna, project) == [photo.id for photo in photos]

    def test_all_means_those_that_the_price_was_shown_for(
        self, database: Database, anna: UUID, photos: list[Photo], project: Project
    ) -> None:
        seen = [photo.id for photo in photos[:2]]
        with database.acting_as(anna) as session:
            service.animate_all(session, project.id, among=seen)
        with database.acting_as(anna) as session:
            clips = {clip.id: clip.photo_id for clip in service.list_clips(session, project.id)}
            made = {clips[take.clip_id] for take in service.list_takes(session, project.id)}
        assert made == set(seen)

    def test_all_makes_new_takes_for_a_new_aspect(
        self, database: Database, anna: UUID, photos: list[Photo], project: Project
    ) -> None:
        with database.unscoped() as session:
            for photo in photos:
                add_take(session, photo, approved=True)
        with database.acting_as(anna) as session:
            projects.set_aspect(session, project.id, "1:1")
            takes = service.animate_all(session, project.id)
        assert [take.aspect for take in takes] == [Aspect.SQUARE] * 3


class TestAfterAPhotoWasRotated:
    @pytest.fixture
    def rotated(self, database: Database, photos: list[Photo]) -> Photo:
        """The first of three, all animated, was rotated since."""
        with database.unscoped() as session:
            for photo in photos:
                add_take(session, photo, approved=True)
            session.get_one(Photo, photos[0].id).rotation = 1
        return photos[0]

    def test_all_asks_for_its_clip_anew_and_for_no_other(
        self, database: Database, anna: UUID, project: Project, rotated: Photo
    ) -> None:
        with database.acting_as(anna) as session:
            (again,) = service.animate_all(session, project.id)
            assert again.clip_id == clip_of(database, anna, rotated).id
        with database.acting_as(anna) as session:
            assert service.animate_all(session, project.id) == [], "it is under way"

    def test_what_is_in_the_film_stays_there(
        self, database: Database, anna: UUID, project: Project, rotated: Photo
    ) -> None:
        with database.acting_as(anna) as session:
            kept = clip_of(database, anna, rotated).approved_take_id
            service.approve_all(session, project.id)
        assert clip_of(database, anna, rotated).approved_take_id == kept

    def test_keeping_all_prefers_what_was_made_of_it_as_it_is(
        self, database: Database, anna: UUID, project: Project, rotated: Photo
    ) -> None:
        with database.acting_as(anna) as session:
            upright = add_take(session, rotated)
            upright.rotation = 1
            add_take(session, rotated)
            editing.leave_out(session, upright.clip_id)
            service.approve_all(session, project.id)
        assert clip_of(database, anna, rotated).approved_take_id == upright.id


class TestApproving:
    def test_the_newest_or_an_earlier_take(self, database: Database, anna: UUID, photos: list[Photo]) -> None:
        with database.unscoped() as session:
            earlier, later = add_take(session, photos[0]), add_take(session, photos[0])
        for take in (later, earlier):
            with database.acting_as(anna) as session:
                service.approve(session, take.id)
            assert clip_of(database, anna, photos[0]).approved_take_id == take.id

    @pytest.mark.parametrize("status", [s for s in JobStatus if s != JobStatus.SUCCEEDED])
    def test_only_what_is_ready(
        self, database: Database, anna: UUID, photos: list[Photo], status: JobStatus
    ) -> None:
        with database.unscoped() as session:
            take = add_take(session, photos[0], status)
        with pytest.raises(Refused), database.acting_as(anna) as session:
            service.approve(session, take.id)

    def test_all_takes_the_newest_and_keeps_choices(
        self, database: Database, anna: UUID, photos: list[Photo], project: Project
    ) -> None:
        with database.unscoped() as session:
            chosen = add_take(session, photos[0], approved=True)
            add_take(session, photos[0])
            add_take(session, photos[1])
            newest = add_take(session, photos[1])
            add_take(session, photos[2], JobStatus.RUNNING)
        with database.acting_as(anna) as session:
            service.approve_all(session, project.id)
        approved = [clip_of(database, anna, photo).approved_take_id for photo in photos]
        assert approved == [chosen.id, newest.id, None]


class TestStoppingAll:
    def test_ends_all_that_waits_or_runs_and_nothing_else(
        self, database: Database, anna: UUID, photos: list[Photo], project: Project
    ) -> None:
        with database.acting_as(anna) as session:
            done = add_take(session, photos[2])
            add_take(session, photos[0], JobStatus.RUNNING, Aspect.TALL)
            service.animate(session, photos[0].id, "rise")
            service.animate(session, photos[1].id, "rise")
        with database.acting_as(anna) as session:
            assert service.cancel_all(session, project.id) == (3, 0)
        with database.reading_as(anna) as session:
            ends = {take.id: take.status for take in service.list_takes(session, project.id)}
        assert ends.pop(done.id) == JobStatus.SUCCEEDED
        assert set(ends.values()) == {JobStatus.CANCELLED}
        assert enqueued() == []

    def test_tells_how_many_are_too_near_their_end(
        self, database: Database, anna: UUID, photos: list[Photo], project: Project
    ) -> None:
        with database.acting_as(anna) as session:
            delivered, _ = (add_take(session, photo, JobStatus.RUNNING) for photo in photos[:2])
            delivered.raw_key = "a/raw/b.mp4"
        with database.acting_as(anna) as session:
            assert service.cancel_all(session, project.id) == (1, 1)
            assert session.get_one(Take, delivered.id).status == JobStatus.RUNNING
        with database.acting_as(anna) as session:
            assert service.cancel_all(session, project.id) == (0, 1)


class TestEnding:
    def test_cancelling_ends_the_row_at_once_and_only_once(
        self, database: Database, anna: UUID, photos: list[Photo]
    ) -> None:
        with database.acting_as(anna) as session:
            (take,) = service.animate(session, photos[0].id, "rise")
        ends = set()
        for _ in range(2):
            with database.acting_as(anna) as session:
                service.cancel(session, take.id)
            with database.reading_as(anna) as session:
                row = session.get_one(Take, take.id)
                ends.add((row.status, row.ended_at))
        assert [status for status, _ in ends] == [JobStatus.CANCELLED]
        assert enqueued() == []

    def test_cancelling_what_is_done_changes_nothing(
        self, database: Database, anna: UUID, photos: list[Photo]
    ) -> None:
        with database.unscoped() as session:
            take = add_take(session, photos[0])
        with database.acting_as(anna) as session:
            service.cancel(session, take.id)
        with database.reading_as(anna) as session:
            assert session.get_one(Take, take.id).status == JobStatus.SUCCEEDED

    def test_removing_a_clip_takes_its_takes_and_leaves_the_photo(
        self, database: Database, anna: UUID, photos: list[Photo], project: Project
    ) -> None:
        part = rendered_parts(project.id)
        part.mkdir(parents=True)
        with database.unscoped() as session:
            add_take(session, photos[0], approved=True)
        with database.acting_as(anna) as session:
            (waiting,) = service.animate(session, photos[0].id, "rise")
            clip_removal.remove(session, waiting.clip_id)
        assert not part.exists(), "frames of the clip, kept for the next film"
        with database.reading_as(anna) as session:
            assert service.list_takes(session, project.id) == []
            assert session.get(Photo, photos[0].id) is not None
        assert enqueued() == []


OPERATIONS: dict[str, Callable[[UserSession, Take, Photo], Any]] = {
    "animate": lambda session, take, photo: service.animate(session, photo.id, "rise"),
    "animate_all": lambda session, take, photo: service.animate_all(session, photo.project_id),
    "approve": lambda session, take, photo: service.approve(session, take.id),
    "approve_all": lambda session, take, photo: service.approve_all(session, photo.project_id),
    "remove": lambda session, take, photo: clip_removal.remove(session, take.clip_id),
    "cancel": lambda session, take, photo: service.cancel(session, take.id),
    "cancel_all": lambda session, take, photo: service.cancel_all(session, photo.project_id),
}


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_a_stranger_finds_nothing_to_act_on(
    database: Database,
    photos: list[Photo],
    stranger: UUID,
    operation: Callable[[UserSession, Take, Photo], Any],
) -> None:
    with database.unscoped() as session:
        take = add_take(session, photos[0])
    before = take.model_dump()
    with pytest.raises(NotFound), database.acting_as(stranger) as session:
        operation(session, take, photos[0])
    with database.reading() as session:
        assert session.get_one(Take, take.id).model_dump() == before
    assert enqueued() == []
