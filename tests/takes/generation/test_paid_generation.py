"""The job that makes a take by a provider that is paid: submitted once, whatever breaks."""

import asyncio
from pathlib import Path
from uuid import UUID

import pytest

from echoes.clips import removal as clip_removal
from echoes.clips import service
from echoes.credits import ledger
from echoes.database import Database
from echoes.errors import StorageFull, StorageUnavailable
from echoes.jobs import lifecycle
from echoes.models import JobStatus, Photo, Project, Take
from echoes.storage.local import LocalStorage
from echoes.takes.generation.generating import ATTEMPTS, DELIVERIES, GenerateTake
from tests.support.jobs.making import (
    DirectSteps,
    Script,
    events_of,
    named_files,
    requested_take,
    reread,
    stored_files,
)
from tests.takes.generation.without_engine import make, make_again, revision_of, until

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("no_pauses")]


class TestWithAPaidProvider:
    async def test_submits_once_polls_and_fetches(
        self, database: Database, photos: list[Photo], script: Script
    ) -> None:
        made = await make(requested_take(database, photos[0]))
        assert (made.status, made.provider) == (JobStatus.SUCCEEDED, "scripted")
        assert script.calls() == ["submit", "poll", "fetch"]
        assert stored_files() == named_files()

    async def test_open_pages_are_told(
        self, database: Database, photos: list[Photo], script: Script, project: Project
    ) -> None:
        take = requested_take(database, photos[0])
        asked = revision_of(database, project)
        await make(take)
        assert revision_of(database, project) >= asked + 3

    async def test_shows_the_progress_that_the_provider_tells(
        self, database: Database, photos: list[Photo], script: Script
    ) -> None:
        script.state("running", 0.25)
        take = requested_take(database, photos[0])
        job = asyncio.create_task(make(take))
        await until(lambda: reread(take).progress == 0.25)
        assert reread(take).status == JobStatus.RUNNING
        script.state("succeeded")
        assert (await job).status == JobStatus.SUCCEEDED

    async def test_open_pages_are_not_told_of_progress_that_there_is_not(
        self, database: Database, photos: list[Photo], script: Script, project: Project
    ) -> None:
        script.state("waiting", 7)
        take = requested_take(database, photos[0])
        job = asyncio.create_task(make(take))
        await until(lambda: script.polls() > 5)
        told = revision_of(database, project)
        polled = script.polls()
        await until(lambda: script.polls() > polled + 40)
        assert revision_of(database, project) == told
        script.state("succeeded")
        assert (await job).status == JobStatus.SUCCEEDED

    async def test_after_a_crash_only_polls(
        self, database: Database, photos: list[Photo], script: Script
    ) -> None:
        script.state("waiting", 3)
        take = requested_take(database, photos[0])
        crashed = asyncio.create_task(make(take))
        await until(lambda: "poll" in script.calls())
        crashed.cancel()
        await asyncio.gather(crashed, return_exceptions=True)
        assert reread(take).status == JobStatus.RUNNING
        script.state("succeeded")
        assert (await make_again(take)).status == JobStatus.SUCCEEDED
        assert script.calls() == ["submit", "poll", "fetch"]

    async def test_when_the_answer_was_lost_it_does_not_ask_again(
        self, database: Database, photos: list[Photo], script: Script
    ) -> None:
        script.submit("lose")
        made = await make(requested_take(database, photos[0]))
        assert (made.status, made.failure_kind) == (JobStatus.FAILED, "perhaps_submitted")
        assert script.calls() == ["submit"]

    async def test_a_crash_between_submission_and_answer_counts_as_lost(
        self, database: Database, photos: list[Photo], script: Script
    ) -> None:
        take = requested_take(database, photos[0])
        with database.unscoped() as session:
            row = session.get_one(Take, take.id)
            row.status, row.submitted_at = JobStatus.RUNNING, row.created_at
        assert (await make_again(take)).failure_kind == "perhaps_submitted"
        assert script.calls() == []

    async def test_what_surely_never_became_a_job_is_tried_again_within_bounds(
        self, database: Database, photos: list[Photo], script: Script
    ) -> None:
        script.submit("refuse")
        made = await make(requested_take(database, photos[0]))
        assert (made.failure_kind, script.calls()) == ("not_submitted", ["refuse"] * ATTEMPTS)
        assert made.failure == "The service is not reachable. Please try again later. Your credit is back."

    @pytest.mark.parametrize(("delivery", "tries"), [("away", DELIVERIES), ("broken", ATTEMPTS)])
    async def test_what_was_paid_for_is_waited_for_longer_than_an_order(
        self, database: Database, photos: list[Photo], script: Script, delivery: str, tries: int
    ) -> None:
        (script.folder / "delivery").write_text(f'"{delivery}"')
        made = await make(requested_take(database, photos[0]))
        assert made.failure is not None
        assert script.calls().count("submit") == 1
        assert script.calls().count("fetch") == tries

    @pytest.mark.parametrize(("retryable", "submissions"), [(True, 3), (False, 1)])
    async def test_failures_are_retried_only_if_that_can_help(
        self, database: Database, photos: list[Photo], script: Script, retryable: bool, submissions: int
    ) -> None:
        script.state("failed", "internal", retryable)
        made = await make(requested_take(database, photos[0]))
        assert (made.status, made.failure_kind) == (JobStatus.FAILED, "internal")
        assert script.calls().count("submit") == submissions
        event = events_of(made)[-1]
        assert event.data["cause"] == "code internal"

    async def test_a_cancelled_job_is_cancelled_at_the_provider(
        self, database: Database, photos: list[Photo], script: Script, anna: UUID
    ) -> None:
        script.state("running", 0.5)
        take = requested_take(database, photos[0])
        job = asyncio.create_task(make(take))
        await until(lambda: "poll" in script.calls())
        with database.acting_as(anna) as session:
            service.cancel(session, take.id)
        assert (await job).status == JobStatus.CANCELLED
        assert script.calls() == ["submit", "poll"], "a job of its own tells the provider"

    async def test_a_clip_removed_meanwhile_leaves_no_file(
        self, database: Database, photos: list[Photo], script: Script, anna: UUID
    ) -> None:
        script.state("running", 0.5)
        take = requested_take(database, photos[0])
        job = asyncio.create_task(GenerateTake().run(DirectSteps(), str(take.id)))
        await until(lambda: "poll" in script.calls())
        with database.acting_as(anna) as session:
            clip_removal.remove(session, take.clip_id)
        script.state("succeeded")
        await job
        assert stored_files() == named_files()

    async def test_a_full_disk_is_said_in_words(
        self, database: Database, photos: list[Photo], script: Script, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def no_room(*_: object) -> None:
            raise StorageFull

        take = requested_take(database, photos[0])
        monkeypatch.setattr(LocalStorage, "put", no_room)
        made = await make(take)
        assert (made.status, made.failure_kind) == (JobStatus.FAILED, "storage_full")
        assert "no room" in (made.failure or "")
        assert stored_files() == named_files()

    @pytest.mark.parametrize("is_lasting", [False, True], ids=["answers-503", "wrong-credentials"])
    async def test_a_store_that_is_away_costs_nobody_a_credit_or_a_second_job(
        self, database: Database, photos: list[Photo], script: Script, is_lasting: bool,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:  # fmt: skip
        def away(*_: object) -> None:
            raise StorageUnavailable("the service answers so", "Do this.", is_lasting)

        take = requested_take(database, photos[0])
        monkeypatch.setattr(LocalStorage, "put", away)
        made = await make(take)
        assert (made.status, made.failure_kind) == (JobStatus.FAILED, "storage_unavailable")
        assert made.failure == f"{StorageUnavailable('').sentence} Your credit is back."
        assert events_of(made)[-1].data["cause"] == "the service answers so"
        assert script.calls().count("submit") == 1
        with database.reading() as session:
            assert ledger.balance_of(session, made.owner_id) == made.price > 0
        assert stored_files() == named_files()

    async def test_a_bug_of_ours_says_nothing_of_itself_to_the_user(
        self, database: Database, photos: list[Photo], script: Script
    ) -> None:
        (script.folder / "clip.mp4").unlink()
        made = await make(requested_take(database, photos[0]))
        assert (made.failure_kind, made.failure) == ("internal", f"{lifecycle.INTERNAL} Your credit is back.")
        assert "FileNotFoundError" in events_of(made)[-1].data["cause"]
        assert script.calls().count("submit") == 1

    async def test_a_hiccup_of_ours_does_not_pay_for_a_second_job(
        self, database: Database, photos: list[Photo], script: Script, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        put, hiccups = LocalStorage.put, [OSError("the disk was away for a moment")]

        def put_at_last(storage: LocalStorage, key: str, source: Path) -> None:
            if hiccups:
                raise hiccups.pop()
            put(storage, key, source)

        take = requested_take(database, photos[0])
        monkeypatch.setattr(LocalStorage, "put", put_at_last)
        assert (await make(take)).status == JobStatus.SUCCEEDED
        assert script.calls() == ["submit", "poll", "fetch", "poll", "fetch"]
