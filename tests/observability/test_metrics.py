"""What is counted when jobs end, providers answer and credits move; and what a label may hold."""

import asyncio
from uuid import UUID

import pytest

from echoes.clips import service
from echoes.credits import ledger
from echoes.database import Database
from echoes.models import EntryKind, Photo
from echoes.observability.metrics import OTHER, LabelValues
from echoes.takes.generation.generating import GenerateTake
from tests.support.counters import Rise
from tests.support.jobs.making import DirectSteps, Script, requested_take

pytestmark = pytest.mark.usefixtures("no_pauses")


@pytest.mark.slow
class TestJobs:
    async def test_one_that_made_its_clip(
        self, database: Database, photos: list[Photo], script: Script, rise: Rise
    ) -> None:
        await GenerateTake().run(DirectSteps(), str(requested_take(database, photos[0]).id))
        assert rise("echoes_jobs_total", job="generate_take", end="succeeded") == 1
        assert rise("echoes_job_seconds_count", job="generate_take", end="succeeded") == 1
        assert rise("echoes_provider_results_total", provider="scripted", code="ok") == 1

    async def test_one_whose_provider_refused(
        self, database: Database, photos: list[Photo], script: Script, rise: Rise
    ) -> None:
        script.state("failed", "asset_invalid", False)
        await GenerateTake().run(DirectSteps(), str(requested_take(database, photos[0]).id))
        assert rise("echoes_jobs_total", job="generate_take", end="failed") == 1
        assert rise("echoes_job_failed_attempts_total", job="generate_take", reason="asset_invalid") == 1
        assert rise("echoes_provider_results_total", provider="scripted", code="asset_invalid") == 1

    async def test_one_that_was_cancelled_meanwhile(
        self, database: Database, photos: list[Photo], script: Script, rise: Rise, anna: UUID
    ) -> None:
        script.state("waiting", 3)
        take = requested_take(database, photos[0])
        job = asyncio.create_task(GenerateTake().run(DirectSteps(), str(take.id)))
        await asyncio.to_thread(script.wait_for, "poll")
        with database.acting_as(anna) as session:
            service.cancel(session, take.id)
        await job
        assert rise("echoes_jobs_total", job="generate_take", end="cancelled") == 1
        assert rise("echoes_jobs_total", job="generate_take", end="succeeded") == 0


class TestCredits:
    def test_they_are_counted_by_kind_and_direction(self, database: Database, anna: UUID, rise: Rise) -> None:
        with database.unscoped() as session:
            ledger.give(session, anna, ledger.Movement(EntryKind.GRANT, 5, "audit:1", "A gift"))
            ledger.spend(session, anna, ledger.Movement(EntryKind.GENERATION, 2, "take:1", "A clip"))
        assert rise("echoes_credits_moved_total", kind="grant", direction="in") == 5
        assert rise("echoes_credits_moved_total", kind="generation", direction="out") == 2

    def test_what_was_rolled_back_did_not_move(self, database: Database, anna: UUID, rise: Rise) -> None:
        gift = ledger.Movement(EntryKind.GRANT, 5, "audit:1", "A gift")
        with pytest.raises(LookupError), database.unscoped() as session:
            ledger.give(session, anna, gift)
            raise LookupError
        assert rise("echoes_credits_moved_total", kind="grant", direction="in") == 0

    def test_what_is_given_twice_moves_once(self, database: Database, anna: UUID, rise: Rise) -> None:
        gift = ledger.Movement(EntryKind.GRANT, 5, "audit:1", "A gift")
        for _ in range(2):
            with database.unscoped() as session:
                ledger.give(session, anna, gift)
        assert rise("echoes_credits_moved_total", kind="grant", direction="in") == 5


class TestLabels:
    def test_plain_names_are_let_in_until_there_are_enough(self) -> None:
        values = LabelValues(most=2)
        assert [values.admit(name) for name in ("one", "two", "three", "one")] == ["one", "two", OTHER, "one"]

    @pytest.mark.parametrize("value", ["", "a b", "a\n", "ä", "-a", "a" * 81, 'a"}'])
    def test_what_is_no_plain_name_is_called_other(self, value: str) -> None:
        assert LabelValues().admit(value) == OTHER
