"""The job that makes a take, without the engine: what a provider is asked, what is written and left."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from compiler.media.probing import probe
from echoes.clips import service
from echoes.database import Database
from echoes.errors import StorageFull
from echoes.jobs import lifecycle
from echoes.models import JobStatus, Photo, Project, Take
from echoes.photos import rotation
from echoes.storage import get_storage
from echoes.storage.local import LocalStorage
from echoes.takes import submission
from echoes.takes.generation import ATTEMPTS, DELIVERIES, GenerateTake
from tests.support.making import (
    DirectSteps,
    Script,
    events_of,
    named_files,
    requested_take,
    reread,
    scratch,
    stored_files,
)
from tests.support.processes import compilers, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("no_pauses")]


async def make(take: Take) -> Take:
    await GenerateTake().run(DirectSteps(), str(take.id))
    made: Take = await asyncio.to_thread(reread, take)
    return made


def revision_of(database: Database, project: Project) -> int:
    with database.reading() as session:
        return session.get_one(Project, project.id).revision


async def until(condition: Callable[[], object]) -> None:
    await asyncio.to_thread(wait_for, condition, "the job to get there")


class TestWithTheBuiltInProvider:
    async def test_a_photo_becomes_a_clip_with_a_poster(
        self, database: Database, photos: list[Photo]
    ) -> None:
        made = await make(requested_take(database, photos[0]))
        assert (made.status, made.progress, made.frames, made.failure) == (JobStatus.SUCCEEDED, 1.0, 24, None)
        with get_storage().local_path(made.video_key or "") as clip:
            assert (probe(clip).size, probe(clip).frames) == ((1280, 720), 24)
            assert made.size_bytes == clip.stat().st_size
        assert stored_files() == named_files()
        assert scratch() == []

    async def test_a_broken_photo_fails_with_the_compilers_sentence(
        self, database: Database, photos: list[Photo], data_dir: object
    ) -> None:
        with get_storage().local_path(photos[0].master_key) as master:
            master.write_bytes(b"not a picture at all")
        made = await make(requested_take(database, photos[0]))
        assert (made.status, made.failure_kind) == (JobStatus.FAILED, "not_a_picture")
        assert made.failure is not None
        assert made.failure.endswith(".")
        event = events_of(made)[-1]
        assert (event.level, event.data["kind"]) == ("error", "not_a_picture")

    async def test_cancelling_ends_the_compiler_and_leaves_nothing(
        self, database: Database, photos: list[Photo], anna: UUID
    ) -> None:
        take = requested_take(database, photos[0])
        job = asyncio.create_task(make(take))
        await until(compilers)
        with database.acting_as(anna) as session:
            service.cancel(session, take.id)
        made = await job
        assert made.status == JobStatus.CANCELLED
        assert (compilers(), scratch()) == (set(), [])
        assert [event.message for event in events_of(take)] == ["asked", "ordered"]
        assert stored_files() == named_files()


class TestWhileItsPhotoIsRotated:
    async def test_a_take_is_made_of_the_photo_as_it_is_when_it_begins(
        self, database: Database, photos: list[Photo]
    ) -> None:
        take = requested_take(database, photos[0])
        await rotation.rotate(photos[0].owner_id, photos[0].id)
        made = await make(take)
        assert (made.status, made.rotation) == (JobStatus.SUCCEEDED, 1)

    async def test_one_under_way_is_made_to_its_end_as_it_was_begun(
        self, database: Database, photos: list[Photo]
    ) -> None:
        take = requested_take(database, photos[0])
        job = asyncio.create_task(make(take))
        await until(compilers)
        await rotation.rotate(photos[0].owner_id, photos[0].id)
        made = await job
        assert (made.status, made.rotation) == (JobStatus.SUCCEEDED, 0)
        assert scratch() == []

    async def test_between_the_look_at_its_row_and_at_its_file(
        self, database: Database, photos: list[Photo], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        take, read_order = requested_take(database, photos[0]), submission.read_submission

        def rotated_at_once(take_id: UUID) -> submission.Submission:
            monkeypatch.setattr(submission, "read_submission", read_order)
            order = read_order(take_id)
            rotation._rotate(photos[0].owner_id, photos[0].id)
            return order

        monkeypatch.setattr(submission, "read_submission", rotated_at_once)
        made = await make(take)
        assert (made.status, made.rotation) == (JobStatus.SUCCEEDED, 1)

    async def test_a_paid_one_that_was_ordered_keeps_what_it_was_ordered_with(
        self, database: Database, photos: list[Photo], script: Script
    ) -> None:
        script.state("waiting", 3)
        take = requested_take(database, photos[0])
        crashed = asyncio.create_task(make(take))
        await until(lambda: "poll" in script.calls())
        crashed.cancel()
        await asyncio.gather(crashed, return_exceptions=True)
        await rotation.rotate(photos[0].owner_id, photos[0].id)
        script.state("succeeded")
        made = await make_again(take)
        assert (made.status, made.rotation, script.calls()) == (
            JobStatus.SUCCEEDED, 0, ["submit", "poll", "fetch"],
        )  # fmt: skip


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
            service.remove(session, take.clip_id)
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


async def test_a_provider_that_is_gone_fails_the_take(database: Database, photos: list[Photo]) -> None:
    take = requested_take(database, photos[0])
    with database.unscoped() as session:
        session.get_one(Take, take.id).provider = "bygone"
    made = await make(take)
    assert (made.status, made.failure_kind) == (JobStatus.FAILED, "unknown_provider")
    assert "bygone" in (made.failure or "")


async def test_what_has_ended_is_not_made_again(
    database: Database, photos: list[Photo], script: Script, anna: UUID
) -> None:
    take = requested_take(database, photos[0])
    with database.acting_as(anna) as session:
        service.cancel(session, take.id)
    assert (await make(take)).status == JobStatus.CANCELLED
    assert script.calls() == []


async def make_again(take: Take) -> Take:
    """As the engine does after a crash: `begin` is remembered and not repeated."""
    from echoes.takes.generation import GenerateTake

    ending = await GenerateTake().attempt(str(take.id))
    await DirectSteps().transaction(GenerateTake().settle, str(take.id), ending)
    made: Take = await asyncio.to_thread(reread, take)
    return made
