"""Jobs: found by what is asked, understood by their events, helped once."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from echoes.admin import audit, jobs
from echoes.admin.audit import Operator
from echoes.admin.dashboard import first_id
from echoes.admin.jobs import JobFilter
from echoes.credits import ledger
from echoes.credits.ledger import Movement
from echoes.database import Database
from echoes.errors import BadInput, NotFound, Refused
from echoes.models import EntryKind, JobEvent, JobStatus, Photo, Project, Take, User, Video, now
from tests.support.databases.rows import add_photo, add_project, add_take, add_video
from tests.support.jobs.workflows import enqueued


@pytest.fixture
def photo(database: Database, anna: UUID) -> Photo:
    with database.unscoped() as session:
        return add_photo(session, add_project(session, anna))


def take_of(database: Database, photo: Photo, status: JobStatus, **values: Any) -> Take:
    with database.unscoped() as session:
        take = add_take(session, photo, status)
        for name, value in values.items():
            setattr(take, name, value)
        return take


def balance(database: Database, user_id: UUID) -> int:
    with database.reading() as session:
        return session.get_one(User, user_id).balance


def test_jobs_are_found_by_what_is_asked(
    database: Database, anna: UUID, stranger: UUID, photo: Photo
) -> None:
    then = now() - timedelta(hours=2)
    old = take_of(database, photo, JobStatus.WAITING, id=first_id(then), created_at=then)
    failed = take_of(database, photo, JobStatus.FAILED, provider="runway", failure_kind="moderated")
    with database.unscoped() as session:
        film = add_video(session, add_project(session, stranger), JobStatus.RUNNING)

    def found(**wanted: Any) -> list[UUID]:
        with database.reading() as session:
            return [job.id for job, _ in jobs.search(session, JobFilter(**wanted))]

    assert found() == [failed.id, old.id]
    assert found(status=JobStatus.WAITING) == [old.id]
    assert found(provider="runway") == [failed.id]
    assert found(failure_kind="moderated") == [failed.id]
    assert found(older_than=timedelta(hours=1)) == [old.id]
    assert found(user_id=stranger) == []
    assert found(is_unfinished=True) == found(is_costly=False, older_than=timedelta(hours=1)) == [old.id]
    assert found(since=now() - timedelta(hours=1)) == [failed.id]
    assert found(is_costly=True) == []
    assert found(films=True) == found(films=True, user_id=stranger, provider="runway") == [film.id]
    with database.unscoped() as session:
        size = add_video(session, session.get_one(Project, film.project_id))
        size.original_id = film.id
    assert found(films=True) == [size.id, film.id]
    assert found(films=True, originals=True) == [film.id]


def test_only_what_a_provider_charged_for_is_found(database: Database, photo: Photo) -> None:
    for cost in (None, 0.0):
        take_of(database, photo, JobStatus.SUCCEEDED, provider_cost=cost)
    charged = take_of(database, photo, JobStatus.FAILED, provider_cost=25.0)
    with database.reading() as session:
        assert [job.id for job, _ in jobs.search(session, JobFilter(is_costly=True))] == [charged.id]


def test_kinds_of_failure_are_those_that_there_were(database: Database, photo: Photo) -> None:
    with database.reading() as session:
        assert jobs.failure_kinds(session) == []
    for kind in ("timeout", "moderated", "moderated", None):
        take_of(database, photo, JobStatus.FAILED, failure_kind=kind)
    with database.reading() as session:
        assert jobs.failure_kinds(session) == ["moderated", "timeout"]


def test_jobs_come_by_pages_with_their_owners_names(database: Database, photo: Photo) -> None:
    made = [take_of(database, photo, JobStatus.SUCCEEDED).id for _ in range(5)]
    with database.reading() as session:
        first = jobs.search(session, JobFilter(), limit=3)
        rest = jobs.search(session, JobFilter(), before=first[-1][0].id, limit=3)
    assert [job.id for job, _ in (*first, *rest)] == made[::-1]
    assert {name for _, name in first} == {"Anna"}


def tell(database: Database, photo: Photo, take: Take, *messages: str) -> list[UUID]:
    with database.unscoped() as session:
        events = [JobEvent(owner_id=photo.owner_id, subject_id=take.id, message=said) for said in messages]
        session.add_all(events)
        return [event.id for event in events]


def said(events: list[JobEvent]) -> list[str]:
    return [event.message for event in events]


def test_a_long_story_comes_by_pages_from_its_end(database: Database, photo: Photo) -> None:
    take, other = (take_of(database, photo, JobStatus.RUNNING) for _ in range(2))
    tell(database, photo, take, "a", "b", "c", "d", "e")
    tell(database, photo, other, "another story")
    with database.reading() as session:
        last = jobs.events(session, take.id, limit=2)
        middle = jobs.events(session, take.id, before=last[0].id, limit=2)
        first = jobs.events(session, take.id, before=middle[0].id, limit=2)
        assert jobs.events(session, take.id, before=first[0].id) == []
    assert (said(last), said(middle), said(first)) == (["d", "e"], ["b", "c"], ["a"])


def test_of_a_story_that_goes_on_nothing_is_left_out(database: Database, photo: Photo) -> None:
    take, other = (take_of(database, photo, JobStatus.RUNNING) for _ in range(2))
    _, first, _ = tell(database, photo, take, "a", "b", "c")
    tell(database, photo, other, "another story")
    tell(database, photo, take, "d")
    with database.reading() as session:
        assert said(jobs.events_from(session, take.id, first)) == ["b", "c", "d"]


def test_one_job_tells_everything(database: Database, anna: UUID, photo: Photo) -> None:
    take = take_of(database, photo, JobStatus.FAILED, price=2)
    tell(database, photo, take, "asked", "POST /v1/image_to_video", "moderated")
    with database.reading() as session:
        found = jobs.job_detail(session, take.id)
        assert said(jobs.events(session, take.id)) == ["asked", "POST /v1/image_to_video", "moderated"]
    assert (found.owner.id, found.is_refunded) == (anna, False)
    assert found.photo is not None
    assert found.photo.id == photo.id


def test_an_operator_stops_a_take_and_its_price_comes_back(
    database: Database, operator: Operator, anna: UUID, photo: Photo
) -> None:
    take = take_of(database, photo, JobStatus.WAITING, price=2, provider="runway")
    with database.unscoped() as session:
        jobs.cancel(session, operator, take.id)
        with pytest.raises(Refused):
            jobs.cancel(session, operator, take.id)
    assert balance(database, anna) == 2
    with database.reading() as session:
        assert session.get_one(Take, take.id).status == JobStatus.CANCELLED
        (line,) = audit.entries(session)
    assert (line.action, line.before, line.after) == (
        "cancel",
        {"status": "waiting"},
        {"status": "cancelled"},
    )


def test_an_operator_stops_a_film(database: Database, operator: Operator, anna: UUID) -> None:
    with database.unscoped() as session:
        video = add_video(session, add_project(session, anna), JobStatus.RUNNING)
        jobs.cancel(session, operator, video.id)
    with database.reading() as session:
        assert session.get_one(Video, video.id).status == JobStatus.CANCELLED


def test_a_clip_is_paid_back_once_with_a_reason(
    database: Database, operator: Operator, anna: UUID, photo: Photo
) -> None:
    take = take_of(database, photo, JobStatus.SUCCEEDED, price=2)
    with database.unscoped() as session:
        ledger.give(session, anna, Movement(EntryKind.GRANT, 1, "before", "a gift"))
        with pytest.raises(BadInput):
            jobs.refund(session, operator, take.id, " ")
        jobs.refund(session, operator, take.id, "a strange face")
        with pytest.raises(Refused, match="already been given back"):
            jobs.refund(session, operator, take.id, "again")
    assert balance(database, anna) == 3
    with database.reading() as session:
        assert jobs.job_detail(session, take.id).is_refunded
        (line,) = audit.entries(session)
    assert line.before == {"balance": 1, "debt": 0}
    assert line.after == {"balance": 3, "debt": 0, "credits": 2}


def test_what_cost_nothing_or_is_under_way_is_not_paid_back(
    database: Database, operator: Operator, photo: Photo
) -> None:
    free = take_of(database, photo, JobStatus.SUCCEEDED)
    running = take_of(database, photo, JobStatus.RUNNING, price=1)
    with database.unscoped() as session:
        for take in (free, running):
            with pytest.raises(Refused):
                jobs.refund(session, operator, take.id, "why")


def test_a_failed_take_is_tried_again_at_our_expense(
    database: Database, operator: Operator, anna: UUID, photo: Photo
) -> None:
    take = take_of(database, photo, JobStatus.FAILED, price=2, prompt="A smile.", provider="runway")
    with database.unscoped() as session:
        fresh_id = jobs.retry(session, operator, take.id)
    with database.reading() as session:
        fresh = session.get_one(Take, fresh_id)
        assert session.get_one(Take, take.id).status == JobStatus.FAILED
    assert (fresh.price, fresh.prompt, fresh.provider, fresh.status) == (0, "A smile.", "runway", "waiting")
    assert enqueued() == [f"generate_take:{fresh_id}"]
    assert balance(database, anna) == 0


def test_a_failed_film_is_tried_again(database: Database, operator: Operator, anna: UUID) -> None:
    with database.unscoped() as session:
        video = add_video(session, add_project(session, anna), JobStatus.FAILED)
        fresh_id = jobs.retry(session, operator, video.id)
    assert enqueued() == [f"compile_film:{fresh_id}"]


def test_what_is_being_tried_again_is_not_tried_twice(
    database: Database, operator: Operator, anna: UUID, photo: Photo
) -> None:
    """By two operators who look at the same job; a try that failed may be followed by another one."""
    take = take_of(database, photo, JobStatus.FAILED, provider="runway")
    with database.unscoped() as session:
        film = add_video(session, add_project(session, anna), JobStatus.FAILED).id
    for job_id in (take.id, film):
        with database.unscoped() as session:
            fresh = jobs.retry(session, operator, job_id)
        with database.unscoped() as session, pytest.raises(Refused, match="already"):
            jobs.retry(session, Operator(None, "Berta"), job_id)
        with database.unscoped() as session:
            row = session.get(Take, fresh) or session.get_one(Video, fresh)
            row.status = JobStatus.FAILED
            assert jobs.retry(session, operator, job_id) != fresh


def test_what_went_well_is_not_tried_again(database: Database, operator: Operator, photo: Photo) -> None:
    take = take_of(database, photo, JobStatus.SUCCEEDED)
    with database.unscoped() as session, pytest.raises(Refused):
        jobs.retry(session, operator, take.id)


def test_what_is_not_there_is_not_found(database: Database, operator: Operator) -> None:
    with database.unscoped() as session:
        for call in (
            lambda: jobs.job_detail(session, uuid4()),
            lambda: jobs.cancel(session, operator, uuid4()),
            lambda: jobs.refund(session, operator, uuid4(), "why"),
            lambda: jobs.retry(session, operator, uuid4()),
        ):
            with pytest.raises(NotFound):
                call()


def test_looking_at_somebodys_pictures_is_written_down(
    database: Database, operator: Operator, photo: Photo
) -> None:
    take = take_of(database, photo, JobStatus.SUCCEEDED)
    with database.unscoped() as session:
        picture, video = jobs.media(session, operator, take.id)
    assert photo.thumbnail_key in picture
    assert take.video_key is not None
    assert take.video_key in video
    with database.reading() as session:
        assert [(line.action, line.subject_id) for line in audit.entries(session)] == [
            ("look at pictures", take.id)
        ]


def test_a_longer_clip_that_is_tried_again_is_as_long_and_takes_its_place(
    database: Database, operator: Operator, anna: UUID
) -> None:
    with database.unscoped() as session:
        take = add_take(session, add_photo(session, add_project(session, anna)), JobStatus.FAILED)
        take.seconds, take.place_id = 15.0, take.clip_id
    with database.unscoped() as session:
        fresh = session.get_one(Take, jobs.retry(session, operator, take.id))
        assert (fresh.seconds, fresh.place_id) == (15.0, take.clip_id)
