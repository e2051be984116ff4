"""Concurrency of takes: two taps, or a tap and the end of the work; one outcome, on both databases."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlmodel import delete, select

from echoes.clips import service
from echoes.credits import refunds
from echoes.database import Database, UserSession
from echoes.engine import housekeeping
from echoes.errors import EchoesError, NotFound
from echoes.jobs.lifecycle import success
from echoes.jobs.requests import prepare_engine_tables
from echoes.models import JobStatus, Project, Take, User, now
from echoes.projects import service as projects
from echoes.takes.cancellation import CancellationOutcome
from echoes.takes.generation.generating import GenerateTake
from echoes.takes.generation.submission import claim
from tests.support.databases.rows import add_photo, add_project
from tests.support.jobs.making import (
    Script,
    installed_script,
    requested_take,
    reread,
)
from tests.support.processes import PATIENCE
from tests.takes.money import refunded

pytestmark = pytest.mark.slow


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
        started, faults = threading.Barrier(len(runners)), list[Exception]()

        def run(runner: Callable[[], object]) -> None:
            started.wait()
            try:
                runner()
            except EchoesError:
                return
            except Exception as fault:
                faults.append(fault)

        threads = [threading.Thread(target=run, args=(runner,)) for runner in runners]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=PATIENCE)
        assert not any(thread.is_alive() for thread in threads)
        assert faults == []

    def stop(self, books: Database, take: Take) -> Callable[[], None]:
        def runner() -> None:
            with books.acting_as(take.owner_id) as session:
                service.cancel(session, take.id)

        return runner

    def settle(self, books: Database, take: Take, is_made: bool) -> Callable[[], None]:
        ending = success({"progress": 1.0, "frames": 24}) if is_made else housekeeping.STALE

        def runner() -> None:
            with books.unscoped() as session:
                GenerateTake().settle(session, str(take.id), ending)

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
        self.race(self.stop(books, take), lambda: claimed.append(claim(take.id, now())))
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

    def test_what_is_removed_while_it_is_stopped_is_not_found(
        self, books: Database, take: Take, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def remove_meanwhile(session: UserSession, cancelled: Take) -> CancellationOutcome:
            session.execute(delete(Take), execution_options={"synchronize_session": False})
            return CancellationOutcome.TOO_LATE

        monkeypatch.setattr(service, "cancel_take", remove_meanwhile)
        with pytest.raises(NotFound), books.acting_as(take.owner_id) as session:
            service.cancel(session, take.id)
