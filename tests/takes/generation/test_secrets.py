"""Redaction: the provider's key is nowhere to be read, and an operator reads all the rest."""

import asyncio
import json
import logging
from collections.abc import Iterator

import pytest
from sqlmodel import select

from echoes.database import Database
from echoes.engine import concurrency
from echoes.jobs import lifecycle
from echoes.models import JobEvent, Photo, Take
from echoes.pages.project.clips.queries import read_clips_page
from echoes.settings import get_settings
from echoes.takes.generation import timeouts
from echoes.takes.generation.conforming import ConformTake
from echoes.takes.generation.generating import GenerateTake
from echoes.takes.generation.timeouts import StageTimeouts
from tests.support.jobs.making import DirectSteps, events_of, requested_take, reread
from tests.support.servers.production import serve
from tests.support.standins.runway import RunwayStandIn
from tests.support.standins.scripting import Script

pytestmark = [pytest.mark.long, pytest.mark.slow]

SECRET = "key_that_nobody_may_read_93b1"


@pytest.fixture
def runway(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[RunwayStandIn]:
    """One that takes another key than ours by default: it answers with the key that it was given."""
    standin = RunwayStandIn(Script(), secret="another")
    with serve(standin.app) as address:
        monkeypatch.setenv("ECHOES_PROVIDER", "runway")
        monkeypatch.setenv("ECHOES_RUNWAY_BASE_URL", address)
        monkeypatch.setenv("ECHOES_RUNWAY_API_SECRET", SECRET)
        monkeypatch.setenv("ECHOES_RUNWAY_POLL_SECONDS", "0.02")
        monkeypatch.setattr(lifecycle, "BACKOFF_SECONDS", 0.0)
        get_settings.cache_clear()
        yield standin


def learn_limits() -> None:
    """As the engine's schedule does, as far as no engine is needed."""
    asyncio.run(concurrency._ask(concurrency._providers()))


async def make(take: Take) -> Take:
    await GenerateTake().run(DirectSteps(), str(take.id))
    await ConformTake().run(DirectSteps(), str(take.id))
    made: Take = await asyncio.to_thread(reread, take)
    return made


def everything(database: Database, photo: Photo) -> str:
    """All that the database holds of takes, and all that their page shows."""
    with database.reading() as session:
        rows = [*session.exec(select(Take)), *session.exec(select(JobEvent))]
        text = json.dumps([row.model_dump(mode="json") for row in rows])
    with database.reading_as(photo.owner_id) as session:
        return text + repr(read_clips_page(session, photo.project_id))


@pytest.mark.parametrize(
    "behaviour",
    [
        None, {}, {"fail": "INTERNAL.BAD_OUTPUT.CODE01"}, {"http": "503"}, {"http": "400"}, {"lose": ""},
        {"garbage": ""}, {"poll_http": "503"}, {"html": "1"}, {"expired": "1"},
    ],
    ids=str,
)  # fmt: skip
async def test_the_key_reaches_no_log_no_row_and_no_page(
    database: Database,
    photos: list[Photo],
    runway: RunwayStandIn,
    caplog: pytest.LogCaptureFixture,
    behaviour: dict[str, str] | None,
) -> None:
    caplog.set_level(logging.DEBUG)
    if behaviour is not None:
        runway.secret, runway.script.always = SECRET, behaviour
    made = await make(requested_take(database, photos[0]))
    await asyncio.to_thread(learn_limits)
    assert made.ended_at is not None
    assert events_of(made), "the operator has something to read"
    seen = everything(database, photos[0]) + caplog.text + "".join(map(repr, caplog.records))
    assert SECRET not in seen
    assert "Bearer" not in everything(database, photos[0])


async def test_the_operator_reads_each_exchange_with_its_time_and_the_cost(
    database: Database, photos: list[Photo], runway: RunwayStandIn
) -> None:
    runway.secret = SECRET
    made = await make(requested_take(database, photos[0]))
    events = events_of(made)
    asked = next(event for event in events if event.message.startswith("POST"))
    assert asked.data["request"]["body"]["promptText"] == made.prompt
    assert asked.data["response"]["status"] == 200
    assert asked.data["seconds"] >= 0
    ordered = next(event for event in events if event.message == "ordered")
    assert ordered.data["job_id"] == made.provider_job_id
    assert made.provider_cost == 10.0, "two seconds, the shortest that there are"
    assert [event.created_at for event in events] == sorted(event.created_at for event in events)


async def test_a_provider_that_says_nothing_is_given_up_in_each_stage(
    database: Database, photos: list[Photo], runway: RunwayStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each with a timeout of its own; the job is cancelled, and the price comes back."""
    runway.secret = SECRET
    for stage, behaviour, kind in (
        ("sending", {"hang": ""}, "perhaps_submitted"),
        ("making", {"stuck": ""}, "too_slow"),
    ):
        monkeypatch.setattr(timeouts, "TIMEOUTS", StageTimeouts(**{stage: 0.3}))
        runway.script.always = behaviour
        made = await make(requested_take(database, photos[0]))
        assert (made.failure_kind, str(made.failure).endswith("Your credit is back.")) == (kind, True)
    assert "DELETE /v1/tasks/ID" in runway.memory.calls()


async def test_what_was_refused_for_now_is_asked_again_after_as_long_as_the_provider_says(
    database: Database, photos: list[Photo], runway: RunwayStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    runway.secret = SECRET
    pauses: list[float | None] = []

    def pause(_failed: int, asked_for: float | None = None) -> float:
        pauses.append(asked_for)
        return 0.0

    monkeypatch.setattr(lifecycle, "backoff_seconds", pause)
    runway.script.following = [{"http": "429", "retry_after": "37"}, {"http": "503"}]
    made = await make(requested_take(database, photos[0]))
    assert (made.status, pauses) == ("succeeded", [37.0, None])
    assert len(runway.memory.jobs) == 1


async def test_an_order_that_is_refused_for_now_until_we_give_up_says_that_we_did(
    database: Database, photos: list[Photo], runway: RunwayStandIn
) -> None:
    runway.secret = SECRET
    runway.script.always = {"http": "429"}
    made = await make(requested_take(database, photos[0]))
    assert str(made.failure).startswith(
        "The clip service is too busy right now. Please try again later. Your credit"
    )
    assert (made.status, runway.memory.jobs) == ("failed", {})


async def test_who_is_asked_to_wait_for_long_ends_paid_back_instead_of_holding_a_place(
    database: Database, photos: list[Photo], runway: RunwayStandIn
) -> None:
    runway.secret = SECRET
    runway.script.always = {"http": "429", "retry_after": "1200"}
    made = await make(requested_take(database, photos[0]))
    assert (made.status, made.failure_kind) == ("failed", "rate_limited")
    assert "Please try again in 20 minutes. Your credit" in str(made.failure)
    assert str(made.failure).endswith(" back.")
    events = await asyncio.to_thread(events_of, made)
    asked = [event for event in events if event.message.endswith("/v1/image_to_video")]
    assert len(asked) == 1


def test_pauses_grow_differ_and_end() -> None:
    first, third = (
        {lifecycle.backoff_seconds(1) for _ in range(20)},
        {lifecycle.backoff_seconds(3) for _ in range(20)},
    )
    assert len(first) > 1
    assert max(first) < min(third)
    assert (
        lifecycle.backoff_seconds(30) == lifecycle.backoff_seconds(1, 10_000.0) == lifecycle.LONGEST_BACKOFF
    )
