"""The figures of a period, on both databases."""

from datetime import timedelta
from uuid import UUID

from sqlmodel import Session

from echoes.admin import dashboard
from echoes.admin.dashboard import QueueHealth, first_id
from echoes.database import Database
from echoes.models import JobStatus, Order, OrderState, Photo, User, new_id, now
from echoes.takes.generation import provider_spend
from tests.support.databases.rows import add_photo, add_project, add_take, add_video


def person(session: Session) -> UUID:
    user = User(issuer="local", subject=str(new_id()), name="Anna")
    session.add(user)
    session.flush()
    return user.id


def photo_of(session: Session, owner_id: UUID) -> Photo:
    return add_photo(session, add_project(session, owner_id))


def test_an_empty_house_has_days_and_no_figures(either: Database) -> None:
    with either.reading() as session:
        figures = dashboard.dashboard_figures(session, 7)
    assert len(figures.days) == 7
    assert figures.total("clips") == figures.storage_bytes == 0
    assert figures.clips == figures.films == QueueHealth()


def test_what_happened_today_is_counted(either: Database) -> None:
    with either.unscoped() as session:
        photo = photo_of(session, person(session))
        add_take(session, photo)
        failed = add_take(session, photo, JobStatus.FAILED)
        failed.failure_kind, failed.provider = "moderated", "runway"
        provider_spend.record_spend(session, failed.id, "runway", "job-1", 25.0)
        add_take(session, photo, JobStatus.WAITING)
        add_video(session, add_project(session, photo.owner_id))
        session.add(
            Order(owner_id=photo.owner_id, credits=5, price_cents=1500, currency="usd", state=OrderState.PAID)
        )
        session.add(Order(owner_id=photo.owner_id, credits=5, price_cents=1500, currency="usd"))
    with either.reading() as session:
        figures = dashboard.dashboard_figures(session, 1)
    (day,) = figures.days
    assert (day.sign_ups, day.clips, day.failed, day.films) == (1, 1, 1, 1)
    assert (day.revenue_cents, day.spend_cents) == (1500, 25.0)
    assert figures.failures == {"moderated": 1}
    assert (figures.clips.waiting, figures.films.waiting) == (1, 0)
    assert figures.clips.oldest_waiting is not None
    assert figures.clips.oldest_waiting <= now()
    assert figures.storage_bytes >= 1000


def test_what_does_not_end_within_half_an_hour_is_stuck(either: Database) -> None:
    then = now() - timedelta(minutes=40)
    with either.unscoped() as session:
        photo = photo_of(session, person(session))
        add_take(session, photo, JobStatus.WAITING)
        for number, status in enumerate((JobStatus.RUNNING, JobStatus.WAITING, JobStatus.FAILED)):
            old = add_take(session, photo, status)
            old.id, old.created_at = UUID(int=first_id(then).int + number), then
        film = add_video(session, add_project(session, photo.owner_id), status=JobStatus.RUNNING)
        film.id, film.created_at = first_id(then), then
    with either.reading() as session:
        figures = dashboard.dashboard_figures(session, 1)
    assert (figures.clips.stuck, figures.films.stuck) == (2, 1)


def test_money_that_went_back_is_no_revenue(either: Database) -> None:
    with either.unscoped() as session:
        order = Order(
            owner_id=person(session), credits=5, price_cents=1500, currency="usd", state=OrderState.REFUNDED,
            returned_cents=1500,
        )  # fmt: skip
        session.add(order)
    with either.reading() as session:
        assert dashboard.dashboard_figures(session, 1).total("revenue_cents") == 0


def test_what_was_spent_stays_spent_when_people_leave(either: Database) -> None:
    with either.unscoped() as session:
        photo = photo_of(session, person(session))
        provider_spend.record_spend(session, add_take(session, photo).id, "runway", "job-1", 25.0)
        session.delete(session.get_one(User, photo.owner_id))
    with either.reading() as session:
        figures = dashboard.dashboard_figures(session, 1)
    assert (figures.total("clips"), figures.total("spend_cents")) == (0, 25.0)


def test_days_are_told_apart(either: Database) -> None:
    then = now() - timedelta(days=3)
    with either.unscoped() as session:
        photo = photo_of(session, person(session))
        add_take(session, photo)
        old = add_take(session, photo)
        old.id, old.created_at = UUID(int=first_id(then).int + 1), then
    with either.reading() as session:
        figures = dashboard.dashboard_figures(session, 7)
    assert [day.clips for day in figures.days] == [0, 0, 0, 1, 0, 0, 1]


def test_a_first_id_divides_ids_by_their_time() -> None:
    before = now() - timedelta(seconds=1)
    fresh = new_id()
    assert first_id(before) < fresh < first_id(now() + timedelta(seconds=1))


def test_a_clip_that_waits_for_an_operator_is_neither_in_line_nor_stuck(either: Database) -> None:
    with either.unscoped() as session:
        take = add_take(session, photo_of(session, person(session)), JobStatus.WAITING)
        long_ago = now() - timedelta(days=2)
        take.id, take.created_at, take.held_at = first_id(long_ago), long_ago, long_ago
    with either.reading() as session:
        assert dashboard.dashboard_figures(session, 7).clips == QueueHealth()
