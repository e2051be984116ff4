"""Spending limits: clips beyond one wait for an operator, are told of once, and go on once."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from echoes import operator_notices, operator_settings, providers
from echoes.admin import allowances
from echoes.admin.audit import Operator
from echoes.clips import service as clips
from echoes.clips.estimates import WaitEstimate
from echoes.credits import ledger
from echoes.database import Database
from echoes.engine import housekeeping
from echoes.models import JobStatus, Photo, Project, ProviderCost, Take, User, now
from echoes.operator_notices import OperatorNotice
from echoes.operator_settings import Allowances, Providers
from echoes.pages.project.clips.stages import HELD, doing
from echoes.takes import spending_limits
from echoes.takes.motions import SURPRISE
from tests.support.databases.rows import add_photo
from tests.support.jobs.making import fund
from tests.support.jobs.workflows import enqueued

pytestmark = pytest.mark.usefixtures("script")
OPERATOR = Operator(None, "an operator")


@pytest.fixture
def photos(database: Database, project: Project) -> list[Photo]:
    with database.unscoped() as session:
        return [add_photo(session, project, f"{number}.jpg") for number in range(4)]


@pytest.fixture
def told() -> Iterator[list[OperatorNotice]]:
    notices: list[OperatorNotice] = []

    def listener(_session: Session, notice: OperatorNotice) -> None:
        notices.append(notice)

    operator_notices.listen(listener)
    operator_notices.listen(listener)
    yield notices
    operator_notices.stop_listening(listener)


def limit(database: Database, **limits: int | bool) -> None:
    with database.unscoped() as session:
        operator_settings.write(session, Allowances(**limits), None)  # type: ignore[arg-type]


def animate(database: Database, user: UUID, photo: Photo) -> Take:
    with database.acting_as(user) as session:
        (take,) = clips.animate(session, photo.id, SURPRISE)
        return take


def held(database: Database) -> list[bool]:
    with database.reading() as session:
        return [take.held_at is not None for take in session.exec(select(Take).order_by(col(Take.id)))]


def balance(database: Database, user: UUID) -> int:
    with database.reading() as session:
        return ledger.balance_of(session, user)


def test_without_a_limit_nothing_waits(database: Database, anna: UUID, photos: list[Photo]) -> None:
    fund(database, anna, 3)
    animate(database, anna, photos[0])
    assert held(database) == [False]


def test_what_would_cost_more_than_the_day_may_waits_and_is_told_of_once(
    database: Database, anna: UUID, photos: list[Photo], told: list[OperatorNotice]
) -> None:
    limit(database, cents_per_day=120, expected_cents=50)
    fund(database, anna, 9)
    with database.acting_as(anna) as session:
        clips.animate_many(
            session, photos[0].project_id, [photo.id for photo in photos[:3]], SURPRISE, "", 1, None
        )
    assert held(database) == [False, False, True]
    assert len(enqueued()) == 2
    animate(database, anna, photos[3])
    assert held(database) == [False, False, True, True]
    assert [(notice.kind, notice.path) for notice in told] == [("clips_held", "/admin/allowances")]
    assert balance(database, anna) == 5, "they are paid for as ever"
    with database.reading() as session:
        take = session.exec(select(Take).where(col(Take.held_at).is_not(None))).first()
        assert take is not None
        assert (take.status, doing(take, WaitEstimate())) == (JobStatus.WAITING, HELD)


def test_what_waits_is_not_taken_for_lost(database: Database, anna: UUID, photos: list[Photo]) -> None:
    limit(database, cents_per_month=1)
    fund(database, anna, 3)
    animate(database, anna, photos[0])
    housekeeping.fail_stale_jobs()
    assert held(database) == [True]
    with database.reading() as session:
        assert session.exec(select(Take.status)).one() == JobStatus.WAITING


def test_an_operator_lets_all_go_on_once(database: Database, anna: UUID, photos: list[Photo]) -> None:
    limit(database, cents_per_month=1)
    fund(database, anna, 3)
    takes = [animate(database, anna, photo) for photo in photos[:2]]
    with database.unscoped() as session:
        assert allowances.overview(session).held == 2
        assert allowances.let_go_on(session, OPERATOR) == 2
        assert allowances.let_go_on(session, OPERATOR) == 0
    assert held(database) == [False, False]
    assert sorted(enqueued()) == sorted(f"generate_take:{take.id}" for take in takes)


def test_after_a_limit_was_raised_as_many_go_on_as_fit(
    database: Database, anna: UUID, photos: list[Photo]
) -> None:
    limit(database, cents_per_day=1, expected_cents=50)
    fund(database, anna, 9)
    for photo in photos[:3]:
        animate(database, anna, photo)
    values = Allowances(cents_per_day=110).model_dump()
    with database.unscoped() as session:
        assert allowances.save(session, OPERATOR, values) == 2
    assert held(database) == [False, False, True]
    with database.unscoped() as session:
        assert allowances.save(session, OPERATOR, values | {"cents_per_day": 0}) == 1


def test_who_stops_a_clip_that_waits_has_the_credit_back(
    database: Database, anna: UUID, photos: list[Photo]
) -> None:
    limit(database, cents_per_day=1)
    fund(database, anna, 3)
    take = animate(database, anna, photos[0])
    with database.acting_as(anna) as session:
        clips.cancel(session, take.id)
    assert balance(database, anna) == 3
    with database.unscoped() as session:
        assert spending_limits.held_count(session) == 0
        assert allowances.let_go_on(session, OPERATOR) == 0
    assert enqueued() == []


def test_what_was_charged_counts_by_day_and_month(database: Database) -> None:
    limit(database, cents_per_day=100, cents_per_month=500, expected_cents=40)
    month = now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    with database.unscoped() as session:
        operator_settings.write(session, Providers(cents_per_credit={"runway": 2.0}), None)
        for moment, provider, charged in (
            (now(), "runway", 25.0), (now(), "scripted", 7.0), (month - timedelta(days=1), "runway", 900.0),
        ):  # fmt: skip
            session.add(ProviderCost(provider=provider, credits=charged, created_at=moment))
        session.flush()
        spent = spending_limits.spending(session)
        assert (spent.today, spent.this_month) == (90.0, 90.0)
        assert spent.room(operator_settings.read(session, Allowances)) == 10.0
        assert spending_limits.expected_cents(session, "runway") == pytest.approx(925.0)
        assert spending_limits.expected_cents(session, "scripted") == 40.0


def test_clips_that_cost_nothing_never_wait(
    database: Database, anna: UUID, photos: list[Photo], told: list[OperatorNotice]
) -> None:
    limit(database, cents_per_day=1)
    with database.unscoped() as session:
        operator_settings.write(session, Providers(active="motion"), None)
    animate(database, anna, photos[0])
    assert (held(database), told) == ([False], [])


def test_paid_clips_are_for_people_with_a_grant(database: Database, anna: UUID, stranger: UUID) -> None:
    limit(database, paid_by_grant=True)

    def used_by(user: UUID) -> str:
        with database.reading_as(user) as session:
            return providers.active(session)[0].name

    assert used_by(anna) == "motion"
    with database.unscoped() as session:
        allowances.grant_paid(session, OPERATOR, anna, True)
        allowances.grant_paid(session, OPERATOR, anna, True)
    assert (used_by(anna), used_by(stranger)) == ("scripted", "motion")
    with database.unscoped() as session:
        assert providers.active(session)[0].name == "scripted"
        assert allowances.overview(session).granted == 1
        allowances.grant_paid(session, OPERATOR, anna, False)
        assert session.get_one(User, anna).may_use_paid is False
    limit(database, paid_by_grant=False)
    assert used_by(stranger) == "scripted"


@pytest.mark.postgres
def test_whoever_asks_for_a_clip_waits_while_an_operator_lets_others_go_on(
    postgres_database: Database,
) -> None:
    """Else both see the same room, and the limit is passed."""
    held_locks = sa.text(
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid()"
    )
    with postgres_database.unscoped() as session:
        assert spending_limits.release_what_fits(session) == 0
        assert session.connection().execute(held_locks).scalar_one() == 1
