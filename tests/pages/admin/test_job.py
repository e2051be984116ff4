"""The operator's page of one job: all of its log can be unfolded, and stays so while the job goes on."""

from uuid import UUID

import pytest

from echoes.admin.audit import Operator
from echoes.admin.jobs import EVENTS
from echoes.database import Database
from echoes.models import JobEvent, JobStatus, Role, Take, User
from echoes.pages.admin.job.queries import EventViewModel, earlier_events, newest_events
from tests.pages.admin.every_handler import ADMIN_JOB
from tests.support.databases.rows import add_photo, add_project, add_take
from tests.support.processes import wait_until
from tests.support.tabs import OpenTab


@pytest.fixture
def take(database: Database, anna: UUID) -> Take:
    with database.unscoped() as session:
        return add_take(session, add_photo(session, add_project(session, anna)), JobStatus.RUNNING)


@pytest.fixture
def operator(database: Database, stranger: UUID) -> Operator:
    with database.unscoped() as session:
        session.get_one(User, stranger).role = Role.OPERATOR
    return Operator(stranger, "Olga")


def tell(database: Database, take: Take, *numbers: int) -> None:
    with database.unscoped() as session:
        for number in numbers:
            session.add(JobEvent(owner_id=take.owner_id, subject_id=take.id, message=str(number)))


def told(log: list[EventViewModel]) -> list[int]:
    return [int(event.message) for event in log]


def test_a_log_of_one_page_has_nothing_earlier(database: Database, take: Take) -> None:
    tell(database, take, *range(EVENTS))
    with database.reading() as session:
        log, has_earlier = newest_events(session, take.id)
    assert (told(log), has_earlier) == (list(range(EVENTS)), False)


def test_what_is_shown_stays_however_much_comes(database: Database, take: Take) -> None:
    tell(database, take, *range(EVENTS + 3))
    with database.reading() as session:
        log, has_earlier = newest_events(session, take.id)
        first = UUID(log[0].id)
        assert (told(log), has_earlier) == (list(range(3, EVENTS + 3)), True)
    tell(database, take, *range(EVENTS + 3, 2 * EVENTS + 3))
    with database.reading() as session:
        log, has_earlier = newest_events(session, take.id, first)
        earlier, has_more = earlier_events(session, take.id, first)
    assert (told(log), has_earlier) == (list(range(3, 2 * EVENTS + 3)), True)
    assert (told(earlier), has_more) == ([0, 1, 2], False)


async def test_a_log_that_was_unfolded_stays_so_while_the_job_goes_on(
    database: Database, take: Take, operator: Operator, open_tab: OpenTab
) -> None:
    tell(database, take, *range(EVENTS + 3))
    tab, address = open_tab(operator.id), f"/admin/jobs/{take.id}"
    async with tab.following(f"{ADMIN_JOB}.watch", address) as answer:
        assert told(answer().fields["log"]) == list(range(3, EVENTS + 3))
        assert answer().fields["has_earlier"] is True
        await tab._enqueue(f"{ADMIN_JOB}.earlier", address, {})
        await wait_until(lambda: told(answer().fields["log"]) == list(range(EVENTS + 3)), "the earlier ones")
        assert answer().fields["has_earlier"] is False
        tell(database, take, EVENTS + 3)
        wake(database, operator)
        await wait_until(lambda: told(answer().fields["log"]) == list(range(EVENTS + 4)), "the new one")


def wake(database: Database, operator: Operator) -> None:
    """The page looks again by itself; this is for not having to wait for it."""
    assert operator.id
    with database.unscoped() as session:
        session.get_one(User, operator.id).revision += 1
