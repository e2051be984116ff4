"""Housekeeping: stale jobs are settled, and old history and files are cleaned up."""

import asyncio
import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from dbos import DBOS

from echoes.clips import removal as clip_removal
from echoes.clips import service as clips
from echoes.credits import ledger
from echoes.database import Database
from echoes.dbos_adapter.tables import TRANSACTIONS, UNDER_WAY, WorkflowState, table
from echoes.engine import Engine, cleanup, housekeeping
from echoes.jobs.base import Steps
from echoes.jobs.requests import client
from echoes.jobs.workspace import work_folder
from echoes.models import Aspect, JobStatus, Photo, Project, Take, Upload, UploadKind, now
from echoes.settings import get_settings
from echoes.storage import get_storage, new_key
from echoes.takes.generation.generating import GenerateTake
from tests.support.jobs.making import Script, events_of, named_files, requested_take, reread, stored_files
from tests.support.jobs.own_jobs import status_of, wait_for_status
from tests.support.jobs.workflows import pretend
from tests.support.processes import wait_for

pytestmark = pytest.mark.slow

DAY = 24 * 3600.0


def make_old(path: Path, days: float) -> None:
    moment = time.time() - days * DAY
    os.utime(path, (moment, moment))


async def broken(_self: GenerateTake, _steps: Steps, _subject: str) -> None:
    raise ZeroDivisionError("a bug of ours")


class TestRowsLeftBehind:
    def test_a_job_that_failed_in_our_own_code_ends_its_row(
        self, database: Database, photos: list[Photo], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(GenerateTake, "run", broken)
        engine = Engine()
        engine.start()
        take = requested_take(database, photos[0])
        wait_for_status(take.id, "ERROR")
        assert reread(take).status == JobStatus.WAITING
        assert (housekeeping.fail_stale_jobs(), housekeeping.fail_stale_jobs()) == (1, 0)
        engine.stop()
        settled = reread(take)
        assert (settled.status, settled.failure_kind) == (JobStatus.FAILED, "left_behind")
        assert settled.failure == housekeeping.STALE["sentence"]
        assert [event.level for event in events_of(take)] == ["info", "error"]

    def test_a_job_that_was_given_up_ends_its_row_and_its_files_at_the_next_start(
        self, database: Database, photos: list[Photo], small_clip: Path, tmp_path: Path
    ) -> None:
        take = requested_take(database, photos[0])
        pretend(status=WorkflowState.MAX_RECOVERY_ATTEMPTS_EXCEEDED)
        half_stored = tmp_path / "half.mp4"
        half_stored.write_bytes(small_clip.read_bytes())
        get_storage().put(new_key(take.owner_id, "takes", "mp4", take.id), half_stored)
        engine = Engine()
        engine.start()
        engine.stop()
        assert reread(take).failure_kind == "left_behind"
        assert stored_files() == named_files()

    @pytest.mark.parametrize("status", UNDER_WAY)
    def test_jobs_that_wait_or_are_worked_on_are_left_alone(
        self, database: Database, photos: list[Photo], status: str
    ) -> None:
        take = requested_take(database, photos[0])
        pretend(status=status)
        assert housekeeping.fail_stale_jobs() == 0
        assert reread(take).status == JobStatus.WAITING


class TestHistory:
    def test_is_forgotten_after_a_week_and_not_before(self, database: Database, photos: list[Photo]) -> None:
        old, fresh = (requested_take(database, photo) for photo in photos)
        for take, days in ((old, 8), (fresh, 6)):
            ended = int((time.time() - days * DAY) * 1000)
            pretend(f"%{take.id}", status=WorkflowState.SUCCESS, completed_at=ended)
        transactions = table(TRANSACTIONS, database.engine)
        with database.system_engine.begin() as connection:
            connection.execute(sa.insert(transactions).values(workflow_id="gone", step_id=1))
        housekeeping.delete_old_history()
        assert status_of(fresh.id) == "SUCCESS"
        with pytest.raises(sa.exc.NoResultFound):
            status_of(old.id)
        with database.system_engine.connect() as connection:
            assert connection.execute(sa.select(transactions)).all() == []

    def test_is_forgotten_however_much_a_busy_day_brought(
        self, database: Database, photos: list[Photo], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(housekeeping, "BATCH", 1)
        for photo in photos:
            requested_take(database, photo)
        pretend(status=WorkflowState.SUCCESS, completed_at=int((time.time() - 8 * DAY) * 1000))
        housekeeping.delete_old_history()
        assert client(database).list_workflows() == []

    @pytest.mark.usefixtures("engine")
    def test_housekeeping_runs_on_its_schedules(self) -> None:
        for schedule in ("settle_lost", "forget", "delete_accounts"):
            handle = DBOS.trigger_schedule(schedule)
            assert handle.get_status().queue_name == "control"
            handle.get_result(polling_interval_sec=0.05)


class TestScratch:
    def test_what_is_a_day_old_goes_and_what_is_new_stays(self, database: Database) -> None:
        work = get_settings().work_dir
        for name in ("old", "new", "old-folder-in-use"):
            (work / name).mkdir(parents=True)
            (work / name / "file").write_text("x")
        make_old(work / "old" / "file", 2)
        make_old(work / "old", 2)
        make_old(work / "old-folder-in-use", 2)
        cleanup.clean_up_scratch()
        assert {path.name for path in work.iterdir()} == {"new", "old-folder-in-use"}

    def test_a_job_that_ends_meanwhile_stops_no_cleanup(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        work = get_settings().work_dir
        for name in ("one", "two"):
            (work / name).mkdir(parents=True)
            make_old(work / name, 2)
        newest_change, ending = cleanup._newest_change, iter(sorted(work.iterdir())[:1])

        def look_too_late(path: Path) -> float:
            for finished in ending:
                finished.rename(work.parent / "finished")
            return newest_change(path)

        monkeypatch.setattr(cleanup, "_newest_change", look_too_late)
        cleanup.clean_up_scratch()
        assert list(work.iterdir()) == []

    def test_uploads_that_nobody_went_on_with_go_with_their_bytes(
        self, database: Database, project: Project
    ) -> None:
        upload = Upload(
            owner_id=project.owner_id, project_id=project.id, kind=UploadKind.PHOTO, filename="a.jpg",
            size_bytes=10, created_at=now() - timedelta(days=2),
        )  # fmt: skip
        with database.unscoped() as session:
            session.add(upload)
        bytes_so_far = get_settings().incoming_dir / str(upload.id)
        bytes_so_far.parent.mkdir(parents=True, exist_ok=True)
        bytes_so_far.write_bytes(b"12345")
        make_old(bytes_so_far, 2)
        cleanup.clean_up_scratch()
        assert not bytes_so_far.exists()
        with database.reading() as session:
            assert session.get(Upload, upload.id) is None

    def test_the_cleanup_begins_when_the_engine_starts(self, database: Database) -> None:
        left = get_settings().work_dir / "left"
        left.mkdir(parents=True)
        make_old(left, 2)
        broom = cleanup.CleanupThread()
        broom.start()
        wait_for(lambda: not left.exists(), "the cleanup")
        broom.stop()
        assert list(get_settings().work_dir.iterdir()) == []


class TestFilesWithoutARow:
    def put(self, key: str, days: float, tmp_path: Path) -> str:
        source = tmp_path / "source"
        source.write_bytes(b"content")
        make_old(source, days)
        get_storage().put(key, source)
        return key

    def test_go_when_they_are_old(self, photos: list[Photo], anna: UUID, tmp_path: Path) -> None:
        old = self.put(new_key(anna, "takes", "mp4"), 3, tmp_path)
        fresh = self.put(new_key(anna, "takes", "mp4"), 1, tmp_path)
        library = self.put(new_key(None, "music", "mp3"), 3, tmp_path)
        for key in named_files():
            make_old(get_settings().files_dir / key, 30)
        assert cleanup.delete_orphaned_files() == 1
        assert stored_files() == named_files() | {fresh, library}
        assert old not in stored_files()

    def test_stay_when_the_database_seems_to_be_the_wrong_one(
        self, database: Database, anna: UUID, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        keys = {self.put(new_key(anna, "photos", "jpg"), 3, tmp_path) for _ in range(3)}
        assert cleanup.delete_orphaned_files() == 0
        assert stored_files() == keys
        assert "is this the right database?" in caplog.text


def test_every_key_column_is_known_to_the_cleanup(database: Database, photos: list[Photo]) -> None:
    with database.unscoped() as session:
        take = Take(
            owner_id=photos[0].owner_id, clip_id=requested_take_clip(database, photos[0]), provider="motion",
            model="camera", motion="rise", aspect=Aspect.WIDE, video_key="a/b/c.mp4", poster_key="a/b/d.jpg",
        )  # fmt: skip
        session.add(take)
    assert {"a/b/c.mp4", "a/b/d.jpg", photos[0].master_key} <= cleanup._named()


def requested_take_clip(database: Database, photo: Photo) -> UUID:
    return requested_take(database, photo).clip_id


class TestScratchOfKilledProcesses:
    def test_goes_at_once_and_that_of_living_ones_stays(self, database: Database) -> None:
        code = (
            "import asyncio, os\n"
            "from echoes.jobs.workspace import work_folder\n"
            "async def main():\n"
            "    async with work_folder('take-dead') as folder:\n"
            "        (folder / 'part.mp4').write_bytes(b'x')\n"
            "        os.kill(os.getpid(), 9)\n"
            "asyncio.run(main())\n"
        )
        subprocess.run([sys.executable, "-c", code], check=False)

        async def live() -> list[str]:
            async with work_folder("take-living"):
                await asyncio.to_thread(cleanup.clean_up_scratch)
                return [path.name.partition(".")[0] for path in get_settings().work_dir.iterdir()]

        assert len(list(get_settings().work_dir.iterdir())) == 1
        assert asyncio.run(live()) == ["take-living"]
        assert list(get_settings().work_dir.iterdir()) == []


class TestOrdersCalledOff:
    def test_that_nobody_managed_to_tell_the_provider_are_paid_back(
        self, database: Database, photos: list[Photo], script: Script
    ) -> None:
        take = requested_take(database, photos[0])
        with database.unscoped() as session:
            row = session.get_one(Take, take.id)
            row.status, row.submitted_at, row.provider_job_id = JobStatus.RUNNING, now(), "job-1"
        with database.acting_as(take.owner_id) as session:
            clips.cancel(session, take.id)
            clip_removal.remove(session, take.clip_id)
        pretend("cancel_take:%", status=WorkflowState.MAX_RECOVERY_ATTEMPTS_EXCEEDED)
        assert (housekeeping.fail_stale_jobs(), housekeeping.fail_stale_jobs()) == (1, 0)
        with database.reading() as session:
            assert ledger.balance_of(session, take.owner_id) == 1
            assert ledger.differences(session) == []
        assert [event.message for event in events_of(take)].count("called off") == 1, "and noted once"
