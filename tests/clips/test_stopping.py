"""Whatever ends a take but success gives its price back once: failures, stops, removals, neglect."""

import asyncio
from collections.abc import Callable
from uuid import UUID

import pytest

from echoes import configuration, making
from echoes.clips import cancelling, service
from echoes.clips.generation import TAKES
from echoes.configuration import Moderation
from echoes.credits import refunds
from echoes.database import Database, UserSession
from echoes.errors import Refused
from echoes.jobs import housekeeping
from echoes.models import JobStatus, Photo, Take
from echoes.photos import service as photo_service
from echoes.projects import service as projects
from tests.clips.money import make, ordered, refunded, tell
from tests.support.making import (
    Script,
    events_of,
    requested_take,
    reread,
)
from tests.support.workflows import enqueued


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(cancelling, "ID_PATIENCE", 0.0)


class TestFailing:
    async def test_gives_the_price_back_with_the_rows_end(
        self, database: Database, photos: list[Photo], script: Script
    ) -> None:
        script.state("failed", "asset_invalid", False)
        made = await make(requested_take(database, photos[0]))
        assert made.failure == "The service could not make this clip. Your credit is back."
        assert refunded(database, made) == [refunds.NOTE]

    async def test_gives_it_back_when_the_answer_to_the_order_was_lost(
        self, database: Database, photos: list[Photo], script: Script
    ) -> None:
        script.submit("lose")
        assert refunded(database, await make(requested_take(database, photos[0]))) == [refunds.NOTE]

    async def test_success_gives_nothing_back(
        self, database: Database, photos: list[Photo], script: Script
    ) -> None:
        assert refunded(database, await make(requested_take(database, photos[0]))) == []

    def test_what_is_left_behind_gives_it_back_once(
        self, database: Database, photos: list[Photo], script: Script
    ) -> None:
        take = requested_take(database, photos[0])
        for _ in range(2):
            with database.unscoped() as session:
                TAKES.settle(session, str(take.id), housekeeping.LEFT_BEHIND)
        assert refunded(database, take) == [refunds.NOTE]
        assert reread(take).failure.endswith("Your credit is back.")

    async def test_the_operator_reads_what_happened_to_the_money(
        self, database: Database, photos: list[Photo], script: Script
    ) -> None:
        script.state("failed", "internal", False)
        made = await make(requested_take(database, photos[0]))
        asked, ordered_, failed = events_of(made)
        assert (asked.message, asked.data["price"], ordered_.message) == ("asked", 1, "ordered")
        assert (failed.data["price"], failed.data["refunded"]) == (1, True)
        assert failed.data["charged_by_provider"] is False

    async def test_the_operator_reads_that_the_provider_charged_though_the_user_got_it_back(
        self, database: Database, photos: list[Photo], script: Script
    ) -> None:
        script.state("moderated")
        made = await make(requested_take(database, photos[0]))
        failed = events_of(made)[-1]
        assert (failed.data["refunded"], failed.data["charged_by_provider"]) == (True, True)

    async def test_nobody_says_so_of_an_order_whose_answer_was_lost(
        self, database: Database, photos: list[Photo], script: Script
    ) -> None:
        script.submit("lose")
        made = await make(requested_take(database, photos[0]))
        assert "charged_by_provider" not in events_of(made)[-1].data


class TestRefusedPictures:
    async def test_are_paid_back_so_many_times_a_day_and_then_not(
        self, database: Database, photos: list[Photo], script: Script, anna: UUID
    ) -> None:
        with database.unscoped() as session:
            configuration.write(session, Moderation(refunds_per_day=2), None)
        script.state("moderated")
        ends = [await make(requested_take(database, photos[0])) for _ in range(3)]
        assert [refunded(database, made) for made in ends] == [
            [refunds.NOTE_OF_REFUSED], [refunds.NOTE_OF_REFUSED], [],
        ]  # fmt: skip
        assert [str(made.failure).partition(". ")[2][:13] for made in ends] == [
            "Your credit i", "Your credit i", "Today's numbe",
        ]  # fmt: skip
        with database.acting_as(anna) as session:
            assert refunds.refused_pictures_left(session, anna) == 0

    async def test_are_counted_even_when_their_clips_are_removed(
        self, database: Database, photos: list[Photo], script: Script, anna: UUID
    ) -> None:
        with database.unscoped() as session:
            configuration.write(session, Moderation(refunds_per_day=1), None)
        script.state("moderated")
        first = await make(requested_take(database, photos[0]))
        with database.acting_as(anna) as session:
            service.remove(session, first.clip_id)
        assert refunded(database, await make(requested_take(database, photos[0]))) == []

    async def test_other_failures_are_paid_back_all_the_same(
        self, database: Database, photos: list[Photo], script: Script
    ) -> None:
        with database.unscoped() as session:
            configuration.write(session, Moderation(refunds_per_day=0), None)
        script.state("failed", "internal", False)
        assert refunded(database, await make(requested_take(database, photos[0]))) == [refunds.NOTE]

    async def test_keep_what_the_provider_charged_for_the_operator(
        self, database: Database, photos: list[Photo], script: Script
    ) -> None:
        script.state("moderated")
        assert (await make(requested_take(database, photos[0]))).provider_cost == 5.0


class TestStopping:
    def test_before_the_order_is_free_and_tells_nobody(
        self, database: Database, photos: list[Photo], script: Script, anna: UUID
    ) -> None:
        take = requested_take(database, photos[0])
        with database.acting_as(anna) as session:
            service.cancel(session, take.id)
        assert (reread(take).status, reread(take).failure) == (
            JobStatus.CANCELLED, "Stopped. Your credit is back.",
        )  # fmt: skip
        assert refunded(database, take) == [refunds.NOTE_OF_STOPPED]
        assert enqueued() == []

    @pytest.mark.parametrize(
        ("charged", "back", "words"),
        [(False, [refunds.NOTE_OF_STOPPED], "Stopped. Your credit is back."), (True, [], cancelling.CHARGED)],
    )
    async def test_after_the_order_the_provider_is_told_and_its_answer_counts(
        self,
        database: Database,
        photos: list[Photo],
        script: Script,
        anna: UUID,
        charged: bool,
        back: list[str],
        words: str,
    ) -> None:
        take = requested_take(database, photos[0])
        ordered(database, take)
        (script.folder / "charged").write_text("true" if charged else "false")
        with database.acting_as(anna) as session:
            service.cancel(session, take.id)
        assert reread(take).status == JobStatus.CANCELLED
        assert "we are asking" in reread(take).failure
        assert refunded(database, take) == []
        await tell(take)
        assert (script.calls(), reread(take).failure) == (["cancel"], words)
        assert refunded(database, take) == back

    async def test_an_order_that_is_on_its_way_is_called_off_when_its_id_is_known(
        self, database: Database, photos: list[Photo], script: Script, anna: UUID
    ) -> None:
        take = requested_take(database, photos[0])
        ordered(database, take, job_id=None)
        with database.acting_as(anna) as session:
            service.cancel(session, take.id)
        with database.unscoped() as session:
            session.get_one(Take, take.id).provider_job_id = "job-7"
        await tell(take)
        assert "cancel job-7" in (script.folder / "journal").read_text()

    async def test_an_order_that_was_lost_for_good_gives_it_back(
        self, database: Database, photos: list[Photo], script: Script, anna: UUID
    ) -> None:
        take = requested_take(database, photos[0])
        ordered(database, take, job_id=None)
        with database.acting_as(anna) as session:
            service.cancel(session, take.id)
        await tell(take)
        assert (script.calls(), refunded(database, take)) == ([], [refunds.NOTE_OF_STOPPED])

    async def test_a_provider_that_is_gone_gives_it_back(
        self, database: Database, photos: list[Photo], script: Script, anna: UUID
    ) -> None:
        take = requested_take(database, photos[0])
        ordered(database, take)
        with database.unscoped() as session:
            session.get_one(Take, take.id).provider = "bygone"
        with database.acting_as(anna) as session:
            service.cancel(session, take.id)
        await tell(take)
        assert refunded(database, take) == [refunds.NOTE_OF_STOPPED]

    def test_what_the_provider_has_delivered_cannot_be_stopped(
        self, database: Database, photos: list[Photo], script: Script, anna: UUID
    ) -> None:
        take = requested_take(database, photos[0])
        ordered(database, take)
        with database.unscoped() as session:
            session.get_one(Take, take.id).raw_key = "a/raw/b.mp4"
        with pytest.raises(Refused, match="almost ready"), database.acting_as(anna) as session:
            service.cancel(session, take.id)
        assert (reread(take).status, refunded(database, take)) == (JobStatus.RUNNING, [])

    async def test_a_worker_whose_order_comes_back_to_a_stopped_take_calls_it_off_itself(
        self, database: Database, photos: list[Photo], script: Script, anna: UUID
    ) -> None:
        script.submit("slow")
        take = requested_take(database, photos[0])
        job = asyncio.create_task(make(take))
        await asyncio.to_thread(script.wait_for, "submit")
        with database.acting_as(anna) as session:
            service.cancel(session, take.id)
        script.submit("now")
        assert (await job).status == JobStatus.CANCELLED
        assert script.calls() == ["submit", "cancel"]
        await tell(take)
        assert refunded(database, take) == [refunds.NOTE_OF_STOPPED]


REMOVALS: dict[str, Callable[[UserSession, Take, Photo], None]] = {
    "clip": lambda session, take, photo: service.remove(session, take.clip_id),
    "photo": lambda session, take, photo: photo_service.remove(session, photo.id),
    "project": lambda session, take, photo: projects.delete(session, photo.project_id),
}


@pytest.mark.parametrize("remove", REMOVALS.values(), ids=REMOVALS)
class TestRemoving:
    def test_what_waits_gives_its_price_back(
        self,
        database: Database,
        photos: list[Photo],
        script: Script,
        anna: UUID,
        remove: Callable[[UserSession, Take, Photo], None],
    ) -> None:
        take = requested_take(database, photos[0])
        with database.acting_as(anna) as session:
            remove(session, take, photos[0])
        assert refunded(database, take) == [refunds.NOTE_OF_STOPPED]
        assert enqueued() == []

    async def test_what_was_ordered_asks_the_provider_though_its_row_is_gone(
        self,
        database: Database,
        photos: list[Photo],
        script: Script,
        anna: UUID,
        remove: Callable[[UserSession, Take, Photo], None],
    ) -> None:
        take = requested_take(database, photos[0])
        ordered(database, take)
        with database.acting_as(anna) as session:
            remove(session, take, photos[0])
        assert refunded(database, take) == []
        await tell(take)
        assert (script.calls(), refunded(database, take)) == (["cancel"], [refunds.NOTE_OF_STOPPED])

    async def test_the_operator_reads_of_a_charge_though_its_row_is_gone(
        self,
        database: Database,
        photos: list[Photo],
        script: Script,
        anna: UUID,
        remove: Callable[[UserSession, Take, Photo], None],
    ) -> None:
        take = requested_take(database, photos[0])
        ordered(database, take)
        (script.folder / "charged").write_text("true")
        with database.acting_as(anna) as session:
            remove(session, take, photos[0])
        await tell(take)
        (told,) = [event for event in events_of(take) if event.message == "called off"]
        assert (told.data["is_charged"], told.data["refunded"]) == (True, False)
