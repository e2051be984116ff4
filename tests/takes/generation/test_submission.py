"""Idempotent submission to a provider: never lost and never made twice, wherever it breaks off."""

import asyncio
from datetime import timedelta
from importlib import import_module
from typing import Any
from uuid import UUID

import pytest

from echoes.clips import service
from echoes.database import Database
from echoes.jobs import lifecycle
from echoes.models import JobStatus, Photo, Take, now
from echoes.providers.base import ClipRequest, Delivered, Unreachable
from echoes.takes.generation import timeouts
from echoes.takes.generation.generating import GenerateTake
from echoes.takes.generation.timeouts import StageTimeouts
from tests.support.jobs.making import Script, events_of, requested_take, reread, scratch
from tests.takes.generation.without_engine import until
from tests.takes.money import make, refunded, tell

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("no_pauses")]


@pytest.mark.parametrize("is_stopped", [True, False], ids=["stopped by its owner", "cut short"])
async def test_a_job_that_is_cancelled_while_it_orders_still_hears_the_answer(
    database: Database, photos: list[Photo], script: Script, anna: UUID, is_stopped: bool
) -> None:
    """As the engine does within a second after somebody stopped the take."""
    script.submit("slow")
    take = requested_take(database, photos[0])
    job = asyncio.create_task(make(take))
    await asyncio.to_thread(script.wait_for, "submit")
    if is_stopped:
        with database.acting_as(anna) as session:
            service.cancel(session, take.id)
    job.cancel()
    await asyncio.sleep(0.05)
    script.submit("now")
    with pytest.raises(asyncio.CancelledError):
        await job
    assert reread(take).provider_job_id is not None
    assert script.calls() == (["submit", "cancel"] if is_stopped else ["submit"])
    assert scratch() == []
    if is_stopped:
        await tell(take)
        assert len(refunded(database, take)) == 1


async def test_a_worker_that_wakes_up_late_does_not_free_what_another_ordered_since(
    database: Database, photos: list[Photo], script: Script
) -> None:
    """Both saw the first job fail. Were the second one forgotten, a third would be ordered and paid."""
    script.state("running", 0.5)
    take = requested_take(database, photos[0])
    sleeper = asyncio.create_task(GenerateTake().attempt(str(take.id)))
    await asyncio.to_thread(script.wait_for, "poll")
    with database.unscoped() as session:
        row = session.get_one(Take, take.id)
        row.submitted_at, row.provider_job_id = now() + timedelta(seconds=1), "job-2"
    script.state("failed", "internal", True)
    assert (await sleeper)["kind"] == "internal"
    row = reread(take)
    assert (row.provider_job_id, row.submitted_at is None) == ("job-2", False)


async def test_a_failed_job_makes_room_for_the_next_order(
    database: Database, photos: list[Photo], script: Script
) -> None:
    script.state("failed", "internal", True)
    take = requested_take(database, photos[0])
    assert (await GenerateTake().attempt(str(take.id)))["retryable"]
    row = reread(take)
    assert (row.provider_job_id, row.submitted_at) == (None, None)


async def test_a_provider_that_does_not_answer_a_question_is_asked_again(
    database: Database, photos: list[Photo], script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeouts, "TIMEOUTS", StageTimeouts(answering=0.05))
    script.state("silent")
    job = asyncio.create_task(make(requested_take(database, photos[0])))
    await until(lambda: script.polls() > 1)
    script.state("succeeded")
    assert (await job).status == JobStatus.SUCCEEDED
    assert script.calls() == ["submit", "poll", "fetch"]


async def test_a_provider_that_breaks_while_ordering_is_not_asked_again(
    database: Database, photos: list[Photo], script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have ordered. The operator reads how it broke."""

    async def broken(connection: Any, _request: ClipRequest) -> str:
        connection._servers.write("submit", "-")
        raise KeyError("id of the job")

    monkeypatch.setattr(connection_of_script(), "submit", broken)
    made = await make(requested_take(database, photos[0]))
    assert (made.failure_kind, script.calls()) == ("perhaps_submitted", ["submit"])
    assert "id of the job" in events_of(made)[-1].data["cause"]


async def test_what_is_made_and_paid_for_is_not_given_up_because_it_takes_a_while_to_fetch(
    database: Database, photos: list[Photo], script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection, pauses = connection_of_script(), list[float | None]()
    fetch, troubles = connection.fetch, [Unreachable("The service is busy.", retry_after=1200.0)]

    async def fetch_at_last(connection: Any, job_id: str) -> Delivered:
        if troubles:
            raise troubles.pop()
        delivered: Delivered = await fetch(connection, job_id)
        return delivered

    def pause(_failed: int, asked_for: float | None = None) -> float:
        pauses.append(asked_for)
        return 0.0

    monkeypatch.setattr(connection, "fetch", fetch_at_last)
    monkeypatch.setattr(lifecycle, "backoff_seconds", pause)
    made = await make(requested_take(database, photos[0]))
    assert (made.status, pauses) == (JobStatus.SUCCEEDED, [lifecycle.LONGEST_BACKOFF])
    assert script.calls().count("submit") == 1


def connection_of_script() -> Any:
    """Its module lies where only tests that install it find it."""
    return import_module("scripted_provider").ScriptedConnection
