"""Queue concurrency and fairness: how many clips at once, in whose turn, and who says so."""

import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from dbos import DBOS
from sqlmodel import col, select

from echoes import operator_settings
from echoes.clips import estimates
from echoes.clips import service as clips
from echoes.clips.estimates import FEWEST, QueueTraffic, WaitEstimate
from echoes.database import Database
from echoes.dbos_adapter.tables import WORKFLOWS, WorkflowState, table
from echoes.engine import Engine, concurrency
from echoes.jobs.queues import LATELY, left_today, next_turn, queue_lengths
from echoes.models import JobStatus, Photo, Take, User, now
from echoes.operator_settings import Providers
from echoes.providers import get_provider
from echoes.providers.base import AccountLimits, Unreachable
from echoes.settings import get_settings
from tests.support.databases.rows import add_project, add_take
from tests.support.jobs.making import Script, fund, requested_take, stored_photo, wait_for_end
from tests.support.jobs.workflows import pretend
from tests.support.processes import wait_for

pytestmark = [pytest.mark.long, pytest.mark.slow]


def limits_of(provider: str) -> tuple[int | None, int | None, int | None]:
    """At once everywhere, at once in this process, a day."""
    queue = DBOS.retrieve_queue(f"clips-{provider}")
    assert queue is not None
    daily = queue.limiter["limit"] if queue.limiter else None
    return queue.global_concurrency, queue.worker_concurrency, daily


def say(monkeypatch: pytest.MonkeyPatch, limits: AccountLimits | None) -> None:
    async def answer(_model: str) -> AccountLimits | None:
        return limits

    monkeypatch.setattr(get_provider("scripted"), "limits", answer)


@pytest.mark.usefixtures("engine")
class TestLimits:
    @pytest.fixture
    def engine(self, script: Script, engine: Engine) -> Engine:
        return engine

    def test_of_a_provider_that_says_nothing_are_the_settings_of_each_machine(self) -> None:
        concurrency.learn_limits()
        assert limits_of("scripted") == (None, get_settings().clip_concurrency, None)

    def test_are_what_the_provider_allows(self, monkeypatch: pytest.MonkeyPatch) -> None:
        say(monkeypatch, AccountLimits(concurrency=3, daily=50))
        concurrency.learn_limits()
        assert limits_of("scripted") == (3, None, 50)

    def test_are_what_operators_set_rather_than_that(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        terms = Providers(concurrency={"scripted/script": 7}, daily_limits={"scripted": 9})
        with database.unscoped() as session:
            operator_settings.write(session, terms, None)
        say(monkeypatch, AccountLimits(concurrency=3, daily=50))
        concurrency.learn_limits()
        assert limits_of("scripted") == (7, None, 9)

    def test_stay_as_they_are_when_the_provider_does_not_answer(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        say(monkeypatch, AccountLimits(concurrency=3))
        concurrency.learn_limits()

        async def silence(_model: str) -> AccountLimits | None:
            raise Unreachable("The clip service is not answering.")

        monkeypatch.setattr(get_provider("scripted"), "limits", silence)
        concurrency.learn_limits()
        assert limits_of("scripted") == (3, None, None)

    def test_of_the_others_are_learned_when_a_provider_breaks(
        self, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        async def broken(_model: str) -> AccountLimits | None:
            raise ZeroDivisionError("a bug of a third party")

        monkeypatch.setattr(get_provider("fal"), "limits", broken)
        say(monkeypatch, AccountLimits(concurrency=4))
        concurrency.learn_limits()
        assert limits_of("scripted") == (4, None, None)
        assert "fal does not say what it allows" in caplog.text

    def test_are_learned_though_the_provider_that_is_chosen_is_gone(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with database.unscoped() as session:
            operator_settings.write(session, Providers(active="bygone"), None)
        say(monkeypatch, AccountLimits(concurrency=6))
        concurrency.register(get_settings())
        concurrency.learn_limits()
        assert limits_of("scripted") == (6, None, None)

    def test_are_kept_when_another_engine_starts(
        self, engine: Engine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        say(monkeypatch, AccountLimits(concurrency=3))
        concurrency.learn_limits()
        concurrency.register(get_settings())
        assert limits_of("scripted") == (3, None, None)


def test_what_waits_for_another_day_is_told_no_time(
    database: Database, script: Script, photos: list[Photo]
) -> None:
    """The places in the line are free: it is the day's number that is used up."""
    with database.unscoped() as session:
        operator_settings.write(session, Providers(daily_limits={"scripted": 1}), None)
        for _ in range(FEWEST):
            made = add_take(session, photos[0])
            made.provider, made.model, made.ended_at = "scripted", "script", now()
            made.started_at = made.ended_at - timedelta(hours=1)
    script.state("running", 0.5)
    requested_take(database, photos[0])
    second, engine = requested_take(database, photos[1]), Engine()
    engine.start()
    script.wait_for("poll")
    seen = QueueTraffic(queue_lengths(), estimates._durations(), left_today())
    assert seen.estimate(second, now()) == WaitEstimate(0, None, waits_for_tomorrow=True)
    with database.unscoped() as session:
        operator_settings.write(session, Providers(daily_limits={"scripted": 2}), None)
    concurrency.learn_limits()
    assert replace(seen, left_today=left_today()).estimate(second, now()) == WaitEstimate(0, 7200)
    script.state("succeeded")
    assert wait_for_end(second).status == JobStatus.SUCCEEDED
    engine.stop()


def test_one_who_asks_for_many_does_not_starve_one_who_asks_for_one(
    database: Database, anna: UUID, stranger: UUID, script: Script, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("ECHOES_CLIP_CONCURRENCY", "1")
    get_settings.cache_clear()
    many = ask(database, anna, 8, tmp_path)
    engine = Engine()
    engine.start()
    wait_for(lambda: script.polls() > 0, "the first one to be made")
    (one,) = ask(database, stranger, 1, tmp_path)
    for take in (*many, one):
        wait_for_end(take)
    engine.stop()
    with database.reading() as session:
        ended = list(session.exec(select(Take.id).order_by(col(Take.ended_at))))
    assert ended.index(one.id) <= 4, "with the others' turn that had begun, and no later"


@pytest.mark.parametrize(("seconds_ago", "annas", "strangers"), [(10, 3, 2), (3 * LATELY, 1, 1)])
def test_who_was_served_lately_comes_after_who_was_not(
    database: Database, anna: UUID, stranger: UUID, script: Script, tmp_path: Path,
    seconds_ago: int, annas: int, strangers: int,
) -> None:  # fmt: skip
    ask(database, anna, 2, tmp_path)
    began = 1000 * (time.time() - seconds_ago)
    pretend(status=WorkflowState.SUCCESS, started_at_epoch_ms=began)
    turns = [next_turn("clips-scripted", user) for user in (anna, stranger)]
    assert turns == [annas, strangers]


def test_everybodys_first_clip_comes_before_anybodys_third(
    database: Database, anna: UUID, script: Script, tmp_path: Path
) -> None:
    """The one who is there first asks for four, and the last one comes when two of these are made."""
    ask(database, anna, 4, tmp_path)
    for number in range(10):
        ask(database, newcomer(database, number), 2, tmp_path)
    jobs = table(WORKFLOWS, database.engine)
    made = sa.update(jobs).where(jobs.c.priority == 1)
    with database.system_engine.begin() as connection:
        connection.execute(made.values(status=WorkflowState.SUCCESS, started_at_epoch_ms=1000 * time.time()))
    last = newcomer(database, 10)
    ask(database, last, 2, tmp_path)
    waiting = sa.select(jobs.c.authenticated_user).where(jobs.c.status == WorkflowState.ENQUEUED)
    with database.system_engine.connect() as connection:
        ordered = connection.scalars(waiting.order_by(jobs.c.priority, jobs.c.created_at))
        owners = [UUID(owner) for owner in ordered]
    annas = [place for place, owner in enumerate(owners) if owner == anna]
    assert owners.index(last) < annas[1], "anna's first is made, her second may come, her third waits"


def newcomer(database: Database, number: int) -> UUID:
    with database.unscoped() as session:
        user = User(issuer="local", subject=f"person {number}", name=f"Person {number}")
        session.add(user)
        session.flush()
        return user.id


def ask(database: Database, owner: UUID, count: int, folder: Path) -> list[Take]:
    with database.unscoped() as session:
        project = add_project(session, owner)
        for seed in range(count):
            stored_photo(session, project, folder, seed)
    fund(database, owner, count)
    with database.acting_as(owner) as session:
        return clips.animate_all(session, project.id)
