"""Refunds of takes: every end but success gives the price back once; refused pictures so many times a day."""

from uuid import UUID

import pytest

from echoes import operator_settings
from echoes.clips import removal as clip_removal
from echoes.credits import refunds
from echoes.database import Database
from echoes.engine import housekeeping
from echoes.models import Photo
from echoes.operator_settings import Moderation
from echoes.takes.generation.generating import GenerateTake
from tests.support.jobs.making import Script, events_of, requested_take, reread
from tests.takes.money import make, refunded

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("no_pauses")]


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
                GenerateTake().settle(session, str(take.id), housekeeping.STALE)
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
            operator_settings.write(session, Moderation(refunds_per_day=2), None)
        script.state("moderated")
        ends = [await make(requested_take(database, photos[0])) for _ in range(3)]
        assert [refunded(database, made) for made in ends] == [
            [refunds.NOTE_OF_REFUSED], [refunds.NOTE_OF_REFUSED], [],
        ]  # fmt: skip
        assert [str(made.failure).partition(". ")[2][:13] for made in ends] == [
            "Your credit i", "Your credit i", "Today’s refun",
        ]  # fmt: skip
        with database.acting_as(anna) as session:
            assert refunds.refused_pictures_left(session, anna) == 0

    async def test_are_counted_even_when_their_clips_are_removed(
        self, database: Database, photos: list[Photo], script: Script, anna: UUID
    ) -> None:
        with database.unscoped() as session:
            operator_settings.write(session, Moderation(refunds_per_day=1), None)
        script.state("moderated")
        first = await make(requested_take(database, photos[0]))
        with database.acting_as(anna) as session:
            clip_removal.remove(session, first.clip_id)
        assert refunded(database, await make(requested_take(database, photos[0]))) == []

    async def test_other_failures_are_paid_back_all_the_same(
        self, database: Database, photos: list[Photo], script: Script
    ) -> None:
        with database.unscoped() as session:
            operator_settings.write(session, Moderation(refunds_per_day=0), None)
        script.state("failed", "internal", False)
        assert refunded(database, await make(requested_take(database, photos[0]))) == [refunds.NOTE]
