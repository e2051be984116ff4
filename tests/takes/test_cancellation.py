"""Cancellation of takes: what is stopped, or removed with its clip, costs what the provider charged."""

import asyncio
from collections.abc import Callable
from uuid import UUID

import pytest

from echoes.clips import removal as clip_removal
from echoes.clips import service
from echoes.credits import refunds
from echoes.database import Database, UserSession
from echoes.errors import Refused
from echoes.models import JobStatus, Photo, Take
from echoes.photos import removal as photo_removal
from echoes.projects import service as projects
from echoes.takes.generation import provider_cancellation
from echoes.takes.motions import SURPRISE
from tests.support.jobs.making import Script, events_of, fund, requested_take, reread
from tests.support.jobs.workflows import enqueued
from tests.takes.money import make, ordered, refunded, tell

Remove = Callable[[UserSession, Take, Photo], object]

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("no_pauses")]


@pytest.fixture(autouse=True)
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provider_cancellation, "ID_TIMEOUT", 0.0)


@pytest.fixture
def take(database: Database, photos: list[Photo], script: Script) -> Take:
    """One that has been asked for."""
    return requested_take(database, photos[0])


def stop(database: Database, user: UUID, take: Take) -> None:
    with database.acting_as(user) as session:
        service.cancel(session, take.id)


class TestStopping:
    def test_before_the_order_is_free_and_tells_nobody(
        self, database: Database, take: Take, script: Script, anna: UUID
    ) -> None:
        stop(database, anna, take)
        assert (reread(take).status, reread(take).failure) == (
            JobStatus.CANCELLED, "Stopped. Your credit is back.",
        )  # fmt: skip
        assert refunded(database, take) == [refunds.NOTE_OF_STOPPED]
        assert enqueued() == []

    @pytest.mark.parametrize(
        ("charged", "back", "words"),
        [
            (False, [refunds.NOTE_OF_STOPPED], "Stopped. Your credit is back."),
            (True, [], provider_cancellation.CHARGED),
        ],
    )
    async def test_after_the_order_the_provider_is_told_and_its_answer_counts(
        self,
        database: Database,
        take: Take,
        script: Script,
        anna: UUID,
        charged: bool,
        back: list[str],
        words: str,
    ) -> None:
        ordered(database, take)
        (script.folder / "charged").write_text("true" if charged else "false")
        stop(database, anna, take)
        assert reread(take).status == JobStatus.CANCELLED
        assert "we are asking" in reread(take).failure
        assert refunded(database, take) == []
        await tell(take)
        assert (script.calls(), reread(take).failure) == (["cancel"], words)
        assert refunded(database, take) == back

    async def test_an_order_that_is_on_its_way_is_called_off_when_its_id_is_known(
        self, database: Database, take: Take, script: Script, anna: UUID
    ) -> None:
        ordered(database, take, job_id=None)
        stop(database, anna, take)
        with database.unscoped() as session:
            session.get_one(Take, take.id).provider_job_id = "job-7"
        await tell(take)
        assert "cancel job-7" in (script.folder / "journal").read_text()

    async def test_an_order_that_was_lost_for_good_gives_it_back(
        self, database: Database, take: Take, script: Script, anna: UUID
    ) -> None:
        ordered(database, take, job_id=None)
        stop(database, anna, take)
        await tell(take)
        assert (script.calls(), refunded(database, take)) == ([], [refunds.NOTE_OF_STOPPED])

    async def test_a_provider_that_is_gone_gives_it_back(
        self, database: Database, take: Take, script: Script, anna: UUID
    ) -> None:
        ordered(database, take)
        with database.unscoped() as session:
            session.get_one(Take, take.id).provider = "bygone"
        stop(database, anna, take)
        await tell(take)
        assert refunded(database, take) == [refunds.NOTE_OF_STOPPED]

    def test_what_the_provider_has_delivered_cannot_be_stopped(
        self, database: Database, take: Take, script: Script, anna: UUID
    ) -> None:
        ordered(database, take)
        with database.unscoped() as session:
            session.get_one(Take, take.id).raw_key = "a/raw/b.mp4"
        with pytest.raises(Refused, match="almost ready"):
            stop(database, anna, take)
        assert (reread(take).status, refunded(database, take)) == (JobStatus.RUNNING, [])

    def test_of_several_the_others_are_stopped_when_one_is_almost_ready(
        self, database: Database, photos: list[Photo], script: Script, anna: UUID
    ) -> None:
        fund(database, anna, 3)
        with database.acting_as(anna) as session:
            first, ready, last = service.animate(session, photos[1].id, SURPRISE, variations=3)
            session.get_one(Take, ready.id).raw_key = "a/raw/b.mp4"
        with database.acting_as(anna) as session:
            service.cancel_clip(session, ready.clip_id)
        assert [reread(take).status for take in (first, ready, last)] == ["cancelled", "waiting", "cancelled"]
        assert [len(refunded(database, take)) for take in (first, ready, last)] == [1, 0, 1]
        with pytest.raises(Refused, match="almost ready"), database.acting_as(anna) as session:
            service.cancel_clip(session, ready.clip_id)

    async def test_a_worker_whose_order_comes_back_to_a_stopped_take_calls_it_off_itself(
        self, database: Database, take: Take, script: Script, anna: UUID
    ) -> None:
        script.submit("slow")
        job = asyncio.create_task(make(take))
        await asyncio.to_thread(script.wait_for, "submit")
        stop(database, anna, take)
        script.submit("now")
        assert (await job).status == JobStatus.CANCELLED
        assert script.calls() == ["submit", "cancel"]
        await tell(take)
        assert refunded(database, take) == [refunds.NOTE_OF_STOPPED]


REMOVALS: dict[str, Remove] = {
    "clip": lambda session, take, photo: clip_removal.remove(session, take.clip_id),
    "photo": lambda session, take, photo: photo_removal.remove_several(session, photo.project_id, [photo.id]),
    "project": lambda session, take, photo: projects.delete(session, photo.project_id),
}


@pytest.mark.parametrize("remove", REMOVALS.values(), ids=REMOVALS)
class TestRemoving:
    def test_what_waits_gives_its_price_back(
        self, database: Database, photos: list[Photo], take: Take, script: Script, anna: UUID, remove: Remove
    ) -> None:
        with database.acting_as(anna) as session:
            remove(session, take, photos[0])
        assert refunded(database, take) == [refunds.NOTE_OF_STOPPED]
        assert enqueued() == []

    async def test_what_was_ordered_asks_the_provider_though_its_row_is_gone(
        self, database: Database, photos: list[Photo], take: Take, script: Script, anna: UUID, remove: Remove
    ) -> None:
        ordered(database, take)
        with database.acting_as(anna) as session:
            remove(session, take, photos[0])
        assert refunded(database, take) == []
        await tell(take)
        assert (script.calls(), refunded(database, take)) == (["cancel"], [refunds.NOTE_OF_STOPPED])

    async def test_the_operator_reads_of_a_charge_though_its_row_is_gone(
        self, database: Database, photos: list[Photo], take: Take, script: Script, anna: UUID, remove: Remove
    ) -> None:
        ordered(database, take)
        (script.folder / "charged").write_text("true")
        with database.acting_as(anna) as session:
            remove(session, take, photos[0])
        await tell(take)
        (told,) = [event for event in events_of(take) if event.message == "called off"]
        assert (told.data["is_charged"], told.data["refunded"]) == (True, False)
