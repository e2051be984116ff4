"""Provider spend: written down once, and kept when takes and people are gone."""

from uuid import UUID

import pytest
from sqlmodel import select

from echoes.clips import removal as clip_removal
from echoes.clips import service
from echoes.database import Database
from echoes.models import Photo, Project, ProviderCost, Take, User
from echoes.takes.generation import provider_spend
from tests.support.databases.rows import add_photo, add_project, add_take
from tests.support.jobs.making import Script, requested_take, reread
from tests.takes.money import make, ordered, refunded, tell

pytestmark = pytest.mark.usefixtures("no_pauses")


def charged(database: Database) -> list[tuple[str, float]]:
    with database.reading() as session:
        return sorted((cost.provider, cost.credits) for cost in session.exec(select(ProviderCost)))


def note(database: Database, take_id: UUID, job_id: str, cost: float | None) -> None:
    with database.unscoped() as session:
        provider_spend.record_spend(session, take_id, "runway", job_id, cost)


@pytest.fixture
def take(either: Database) -> Take:
    with either.unscoped() as session:
        user = User(issuer="test", subject="anna", name="Anna")
        session.add(user)
        session.flush()
        return add_take(session, add_photo(session, add_project(session, user.id)))


def cost_of(database: Database, take: Take) -> float | None:
    with database.reading() as session:
        return session.get_one(Take, take.id).provider_cost


def test_a_job_is_noted_once_however_often_it_is_heard_of(either: Database, take: Take) -> None:
    for _ in range(3):
        note(either, take.id, "job-1", 25.0)
    assert charged(either) == [("runway", 25.0)]
    assert cost_of(either, take) == 25.0


def test_a_take_that_was_ordered_again_cost_both_orders(either: Database, take: Take) -> None:
    note(either, take.id, "job-1", 5.0)
    note(either, take.id, "job-2", 25.0)
    assert charged(either) == [("runway", 5.0), ("runway", 25.0)]
    assert cost_of(either, take) == 30.0


@pytest.mark.parametrize("nothing", [None, 0.0])
def test_what_costs_nothing_is_not_noted(either: Database, take: Take, nothing: float | None) -> None:
    note(either, take.id, "job-1", nothing)
    assert charged(either) == []
    assert cost_of(either, take) is None


def test_it_stays_when_the_take_and_its_person_are_gone(either: Database, take: Take) -> None:
    note(either, take.id, "job-1", 25.0)
    with either.unscoped() as session:
        session.delete(session.get_one(User, take.owner_id))
    note(either, take.id, "job-1", 25.0)
    note(either, take.id, "job-2", 5.0)
    assert charged(either) == [("runway", 5.0), ("runway", 25.0)]


async def test_a_refused_picture_that_was_charged_for_is_noted(
    database: Database, photos: list[Photo], script: Script, anna: UUID
) -> None:
    script.state("moderated")
    made = await make(requested_take(database, photos[0]))
    with database.acting_as(anna) as session:
        clip_removal.remove(session, made.clip_id)
    assert charged(database) == [(made.provider, 5.0)]


async def test_what_stopping_came_too_late_for_is_noted(
    database: Database, photos: list[Photo], project: Project, script: Script, anna: UUID
) -> None:
    (script.folder / "charged").write_text("10.0")
    take = requested_take(database, photos[0])
    ordered(database, take)
    with database.acting_as(anna) as session:
        service.cancel(session, take.id)
    await tell(take)
    assert refunded(database, take) == []
    assert charged(database) == [(take.provider, 10.0)]
    assert reread(take).provider_cost == 10.0
