"""Another size of a film, as operators meet it: a job of its own, and no film more."""

from uuid import UUID

import pytest

from echoes.admin import jobs
from echoes.admin.audit import Operator
from echoes.admin.jobs import JobFilter
from echoes.database import Database
from echoes.errors import NotFound
from echoes.models import JobStatus, Video
from echoes.pages.admin.jobs.queries import job_lines
from echoes.videos import sizes
from tests.support.databases.rows import add_project, add_video
from tests.support.jobs.workflows import enqueued


@pytest.fixture
def large(database: Database, anna: UUID) -> Video:
    with database.acting_as(anna) as session:
        film = add_video(session, add_project(session, anna))
        return sizes.enlarge(session, film.id)


def test_jobs_name_it_with_its_size(database: Database, large: Video) -> None:
    with database.reading() as session:
        lines, _ = job_lines(session, JobFilter(films=True), 10)
    assert [line.what for line in lines] == ["Summer 1987 (1920 × 1080)", "Summer 1987"]


def test_an_operator_stops_it(database: Database, operator: Operator, large: Video) -> None:
    with database.unscoped() as session:
        jobs.cancel(session, operator, large.id)
    with database.reading() as session:
        assert session.get_one(Video, large.id).status == JobStatus.CANCELLED
    assert enqueued() == []


def test_a_new_try_takes_the_place_of_the_one_before(
    database: Database, operator: Operator, large: Video
) -> None:
    with database.unscoped() as session:
        session.get_one(Video, large.id).status = JobStatus.FAILED
    with database.unscoped() as session:
        fresh_id = jobs.retry(session, operator, large.id)
    with database.reading() as session:
        fresh = session.get_one(Video, fresh_id)
        assert (fresh.original_id, fresh.width, fresh.height) == (large.original_id, 1920, 1080)
        with pytest.raises(NotFound):
            jobs.job_detail(session, large.id)
    assert f"compile_film:{fresh_id}" in enqueued()
