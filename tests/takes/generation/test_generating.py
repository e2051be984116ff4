"""The job that makes a take, without the engine: what a provider is asked, what is written and left."""

import asyncio
from uuid import UUID

import pytest

from compiler.media.probing import probe
from echoes.clips import service
from echoes.database import Database
from echoes.models import JobStatus, Photo, Take
from echoes.photos import rotation
from echoes.storage import get_storage
from echoes.takes.generation import submission
from tests.support.jobs.making import (
    Script,
    events_of,
    named_files,
    requested_take,
    scratch,
    stored_files,
)
from tests.support.processes import compilers
from tests.takes.generation.without_engine import make, make_again, until

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("no_pauses")]


class TestWithTheBuiltInProvider:
    async def test_a_take_remembers_with_what_framing_and_length_it_was_made(
        self, database: Database, photos: list[Photo]
    ) -> None:
        with database.acting_as(photos[0].owner_id) as session:
            photo = session.get_one(Photo, photos[0].id)
            photo.focus_x, photo.focus_y, photo.framing_mode, photo.movement = 0.25, 0.5, "fill", "strong"
        take = requested_take(database, photos[0])
        with database.acting_as(take.owner_id) as session:
            session.get_one(Take, take.id).seconds = 2.0
        made = await make(take)
        assert (made.status, made.frames) == (JobStatus.SUCCEEDED, 48)
        assert made.framing == photo.framing

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
