"""Conforming of a provider's delivery that is not in the profile, by a job of its own."""

from uuid import UUID

import pytest
from sqlmodel import col, select

from echoes.clips import removal as clip_removal
from echoes.credits import refunds
from echoes.database import Database
from echoes.models import JobEvent, JobStatus, Photo
from echoes.takes.generation.conforming import SILENCED, ConformTake
from tests.music.sounds import run_ffmpeg
from tests.support.jobs.making import (
    DirectSteps,
    Script,
    named_files,
    requested_take,
    reread,
    scratch,
    stored_files,
)
from tests.support.jobs.workflows import enqueued
from tests.support.standins.scripting import sample_video
from tests.takes.money import make, refunded

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("no_pauses")]


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
        await ConformTake().run(DirectSteps(), str(handed.id))
        made = reread(handed)
        assert (made.status, made.frames, made.raw_key, made.stage) == (JobStatus.SUCCEEDED, 24, None, "")
        assert made.audio_key is not None
        assert made.provider_cost == 25.0
        assert (stored_files(), scratch()) == (named_files(), [])

    async def test_whose_sound_cannot_be_used_becomes_a_silent_clip_and_its_history_says_so(
        self, database: Database, photos: list[Photo], foreign: Script
    ) -> None:
        delivery, copied = foreign.folder / "clip.mp4", ("-c:v", "copy", "-c:a", "ac3")
        run_ffmpeg("-i", str(sample_video()), *copied, str(delivery))
        handed = await make(requested_take(database, photos[0]))
        await ConformTake().run(DirectSteps(), str(handed.id))
        made = reread(handed)
        assert (made.status, made.frames, made.audio_key) == (JobStatus.SUCCEEDED, 24, None)
        with database.unscoped() as session:
            (said,) = session.exec(select(JobEvent).where(col(JobEvent.message) == SILENCED))
        assert (said.subject_id, said.level) == (handed.id, "warning")
        assert "ac3" in said.data["reason"]

    async def test_that_is_no_video_is_paid_back(
        self, database: Database, photos: list[Photo], foreign: Script
    ) -> None:
        (foreign.folder / "clip.mp4").write_bytes(b"<html>Sign in</html>")
        handed = await make(requested_take(database, photos[0]))
        await ConformTake().run(DirectSteps(), str(handed.id))
        assert reread(handed).status == JobStatus.FAILED
        assert refunded(database, handed) == [refunds.NOTE]
        assert stored_files() == named_files()

    async def test_removed_while_it_waits_for_the_compiler_leaves_no_file(
        self, database: Database, photos: list[Photo], foreign: Script, anna: UUID
    ) -> None:
        handed = await make(requested_take(database, photos[0]))
        with database.acting_as(anna) as session:
            clip_removal.remove(session, handed.clip_id)
        await ConformTake().run(DirectSteps(), str(handed.id))
        assert stored_files() == named_files()
        assert refunded(database, handed) == [], "it was made, and removed"
