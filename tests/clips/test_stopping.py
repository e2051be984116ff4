"""Whatever ends a take but success gives its price back once: failures, stops, removals, neglect."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import col, select

from echoes import configuration, making
from echoes.clips import cancelling, service
from echoes.clips.cancelling import cancel_take
from echoes.clips.conforming import conform_take
from echoes.clips.generation import TAKES, _claim, generate_take
from echoes.configuration import Moderation
from echoes.credits import ledger, refunds
from echoes.database import Database, UserSession
from echoes.database.workflows import prepare_engine_tables
from echoes.errors import EchoesError, Refused
from echoes.jobs import housekeeping
from echoes.making import success
from echoes.models import CreditEntry, EntryKind, JobStatus, Photo, Project, Take, User, now
from echoes.photos import service as photo_service
from echoes.projects import service as projects
from tests.support.making import (
    DirectSteps,
    Script,
    events_of,
    installed_script,
    named_files,
    requested_take,
    reread,
    scratch,
    stored_files,
)
from tests.support.rows import add_photo, add_project
from tests.support.standins.scripting import sample_video
from tests.support.workflows import enqueued, said_to


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(cancelling, "ID_PATIENCE", 0.0)


async def make(take: Take) -> Take:
    await generate_take(DirectSteps(), str(take.id))
    made: Take = await asyncio.to_thread(reread, take)
    return made


def refunded(database: Database, take: Take) -> list[str]:
    """The notes of what came back for it; the books are right whenever this is asked."""
    with database.reading() as session:
        assert ledger.differences(session) == []
        back = select(CreditEntry).where(
            col(CreditEntry.kind) == EntryKind.REFUND,
            col(CreditEntry.reference) == refunds.reference(take.id),
        )
        return [entry.note for entry in session.exec(back)]


def ordered(database: Database, take: Take, job_id: str | None = "job-1") -> None:
    """As if a worker had ordered it, and were watching it."""
    with database.unscoped() as session:
        row = session.get_one(Take, take.id)
        row.status, row.submitted_at, row.provider_job_id = JobStatus.RUNNING, now(), job_id


async def tell(take: Take) -> None:
    """The job that tells the provider, as the engine would run it."""
    await cancel_take(DirectSteps(), said_to(f"cancel_take:{take.id}"))


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


class TestDeliveries:
    """What a provider delivers in a form of its own, conformed by a job of its own."""

    @pytest.fixture
    def foreign(self, script: Script) -> Script:
        (script.folder / "clip.mp4").write_bytes(sample_video().read_bytes())
        (script.folder / "delivery").write_text('"foreign"')
        return script

    async def test_is_stored_raw_and_handed_over_in_one_transaction(
        self, database: Database, photos: list[Photo], foreign: Script
    ) -> None:
        handed = await make(requested_take(database, photos[0]))
        assert (handed.status, handed.provider_cost) == (JobStatus.RUNNING, 25.0)
        assert enqueued() == [f"generate_take:{handed.id}", f"conform_take:{handed.id}"]
        assert stored_files() == named_files()

    async def test_becomes_a_clip_with_its_sound_beside_it(
        self, database: Database, photos: list[Photo], foreign: Script
    ) -> None:
        handed = await make(requested_take(database, photos[0]))
        await conform_take(DirectSteps(), str(handed.id))
        made = reread(handed)
        assert (made.status, made.frames, made.raw_key, made.stage) == (JobStatus.SUCCEEDED, 24, None, "")
        assert made.audio_key is not None
        assert made.provider_cost == 25.0
        assert (stored_files(), scratch()) == (named_files(), [])

    async def test_that_is_no_video_is_paid_back(
        self, database: Database, photos: list[Photo], foreign: Script
    ) -> None:
        (foreign.folder / "clip.mp4").write_bytes(b"<html>Sign in</html>")
        handed = await make(requested_take(database, photos[0]))
        await conform_take(DirectSteps(), str(handed.id))
        assert reread(handed).status == JobStatus.FAILED
        assert refunded(database, handed) == [refunds.NOTE]
        assert stored_files() == named_files()

    async def test_removed_while_it_waits_for_the_compiler_leaves_no_file(
        self, database: Database, photos: list[Photo], foreign: Script, anna: UUID
    ) -> None:
        handed = await make(requested_take(database, photos[0]))
        with database.acting_as(anna) as session:
            service.remove(session, handed.clip_id)
        await conform_take(DirectSteps(), str(handed.id))
        assert stored_files() == named_files()
        assert refunded(database, handed) == [], "it was made, and removed"


class TestAtOnce:
    """Two taps, or a tap and the end of the work, in any order: one outcome, on both databases."""

    @pytest.fixture
    def script(
        self, books: Database, small_clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[Script]:
        prepare_engine_tables()
        with installed_script(tmp_path / "scripted", small_clip, monkeypatch) as script:
            yield script

    @pytest.fixture
    def take(self, books: Database, script: Script) -> Take:
        with books.unscoped() as session:
            user = User(issuer="local", subject="anna", name="Anna")
            session.add(user)
            session.flush()
            photo = add_photo(session, add_project(session, user.id))
        return requested_take(books, photo)

    def race(self, *runners: Callable[[], object]) -> None:
        started = threading.Barrier(len(runners))

        def run(runner: Callable[[], object]) -> None:
            started.wait()
            try:
                runner()
            except EchoesError:
                return

        threads = [threading.Thread(target=run, args=(runner,)) for runner in runners]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        assert not any(thread.is_alive() for thread in threads)

    def stop(self, books: Database, take: Take) -> Callable[[], None]:
        def runner() -> None:
            with books.acting_as(take.owner_id) as session:
                service.cancel(session, take.id)

        return runner

    def settle(self, books: Database, take: Take, is_made: bool) -> Callable[[], None]:
        ending = success({"progress": 1.0, "frames": 24}) if is_made else housekeeping.LEFT_BEHIND

        def runner() -> None:
            with books.unscoped() as session:
                TAKES.settle(session, str(take.id), ending)

        return runner

    def test_a_double_click_gives_back_once(self, books: Database, take: Take) -> None:
        self.race(*[self.stop(books, take)] * 6)
        assert refunded(books, take) == [refunds.NOTE_OF_STOPPED]

    @pytest.mark.parametrize("is_made", [True, False])
    def test_stopping_races_the_end_of_the_work(self, books: Database, take: Take, is_made: bool) -> None:
        self.race(
            self.stop(books, take), self.settle(books, take, is_made), self.stop(books, take),
            self.settle(books, take, is_made),
        )  # fmt: skip
        status = reread(take).status
        assert status in (JobStatus.CANCELLED, JobStatus.SUCCEEDED if is_made else JobStatus.FAILED)
        assert len(refunded(books, take)) == (status != JobStatus.SUCCEEDED)

    def test_stopping_races_the_order(self, books: Database, take: Take) -> None:
        """Either it is free and nobody orders, or it was ordered and the provider is asked."""
        claimed: list[bool] = []
        self.race(self.stop(books, take), lambda: claimed.append(_claim(take.id, now())))
        assert reread(take).status == JobStatus.CANCELLED
        assert len(refunded(books, take)) == (not claimed[0])

    def test_removing_the_project_races_the_end_of_the_work(self, books: Database, take: Take) -> None:
        with books.reading() as session:
            project = session.exec(select(Project)).one()

        def remove() -> None:
            with books.acting_as(take.owner_id) as session:
                projects.delete(session, project.id)

        self.race(remove, self.settle(books, take, is_made=False), self.stop(books, take))
        assert reread(take) is None
        assert len(refunded(books, take)) == 1
