"""What is said of a time to come: measured, or nothing."""

from datetime import timedelta
from uuid import UUID

import pytest

from echoes.clips import estimates
from echoes.clips.estimates import FEWEST, QueueTraffic, WaitEstimate
from echoes.database import Database
from echoes.jobs.queues import QueueLength
from echoes.models import Aspect, JobStatus, Photo, Project, Take, new_id, now
from tests.support.databases.rows import add_photo, add_take


def take(status: JobStatus = JobStatus.WAITING, began_before: float | None = None) -> Take:
    began = None if began_before is None else now() - timedelta(seconds=began_before)
    return Take(
        owner_id=new_id(), clip_id=new_id(), provider="runway", model="gen4_turbo", motion="surprise",
        aspect=Aspect.WIDE, status=status, started_at=began,
    )  # fmt: skip


def traffic(waiting: dict[str, int], working: int, usual: float | None = 60.0) -> QueueTraffic:
    durations = {} if usual is None else {("runway", "gen4_turbo"): usual}
    return QueueTraffic({"clips-runway": QueueLength(waiting, working)}, durations)


def test_in_line_it_takes_as_long_as_places_get_free_and_a_clip_is_made() -> None:
    waiting = take()
    line = traffic({f"generate_take:{waiting.id}": 3}, working=2)
    assert line.estimate(waiting, now()) == WaitEstimate(3, 60 * (1 + 4 / 2))


def test_without_measures_only_the_place_is_known() -> None:
    waiting = take()
    assert traffic({f"generate_take:{waiting.id}": 3}, 2, None).estimate(waiting, now()) == WaitEstimate(
        3, None
    )
    assert traffic({f"generate_take:{waiting.id}": 0}, 0).estimate(waiting, now()) == WaitEstimate(0, None)


def test_what_has_begun_has_the_rest_of_the_usual_time_before_it() -> None:
    estimate = traffic({}, 1).estimate(take(JobStatus.RUNNING, began_before=20), now())
    assert estimate.ahead is None
    assert estimate.seconds == pytest.approx(40, abs=1)


def test_of_what_takes_longer_than_usual_nothing_is_said() -> None:
    assert traffic({}, 1).estimate(take(JobStatus.RUNNING, began_before=61), now()) == WaitEstimate()


@pytest.mark.parametrize(("known", "usual"), [(FEWEST - 1, {}), (FEWEST, {("motion", "camera"): 30.0})])
def test_a_few_takes_are_no_measure(
    database: Database, project: Project, known: int, usual: dict[tuple[str, str], float]
) -> None:
    with database.unscoped() as session:
        photo: Photo = add_photo(session, project)
        for seconds in (10, 20, 30, 40, 50)[-known:]:
            made = add_take(session, photo)
            made.ended_at = now()
            made.started_at = made.ended_at - timedelta(seconds=seconds)
        add_take(session, photo, JobStatus.FAILED).started_at = now() - timedelta(hours=1)
    assert estimates.queue_traffic().durations == usual


def test_it_is_looked_at_for_all_pages_together(
    database: Database, anna: UUID, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []

    def count() -> dict[str, QueueLength]:
        looks.append(1)
        return {}

    monkeypatch.setattr(estimates, "queue_lengths", count)
    monkeypatch.setattr(estimates, "_watched", estimates._Watched())
    for _ in range(5):
        estimates.queue_traffic()
    assert len(looks) == 1
