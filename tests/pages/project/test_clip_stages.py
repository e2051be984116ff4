"""What a person reads while a clip is made."""

from typing import Any
from uuid import UUID

import pytest

from echoes.clips.estimates import WaitEstimate
from echoes.models import Aspect, JobStatus, Take, new_id
from echoes.pages.project.clips.stages import doing, percent_of
from echoes.text.formatting import about


def take(status: JobStatus = JobStatus.RUNNING, **facts: Any) -> Take:
    owner: UUID = new_id()
    return Take(
        owner_id=owner, clip_id=new_id(), provider="runway", model="gen4_turbo", motion="surprise",
        aspect=Aspect.WIDE, status=status, **facts,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("ahead", "seconds", "words"),
    [
        (None, None, "Waiting for its turn"),
        (0, None, "Next in line"),
        (1, 30.0, "1 clip ahead of it · less than a minute"),
        (7, 200.0, "7 clips ahead of it · about 4 minutes"),
    ],
)
def test_in_our_line(ahead: int | None, seconds: float | None, words: str) -> None:
    assert doing(take(JobStatus.WAITING), WaitEstimate(ahead, seconds)) == words


def test_when_a_days_clips_are_used_up_that_is_said_instead_of_a_place() -> None:
    words = doing(take(JobStatus.WAITING), WaitEstimate(3, None, waits_for_tomorrow=True))
    assert words == "Continues by itself tomorrow"


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"stage": "sending"}, "Sending your photo"),
        ({"stage": "waiting"}, "Waiting at the studio"),
        ({"stage": "waiting", "queue_position": 3}, "Waiting at the studio, 3 ahead of it"),
        ({"stage": "making"}, "Making it move"),
        ({"stage": "making", "progress": 0.416}, "Making it move, 42%"),
        ({"stage": "fetching", "progress": 0.9}, "Bringing the clip here"),
        ({"stage": "finishing", "progress": 0.9}, "Finishing touches"),
        ({"stage": ""}, "Making it move"),
    ],
)
def test_at_work(facts: dict[str, Any], words: str) -> None:
    assert doing(take(**facts), WaitEstimate()) == words


def test_of_several_of_one_photo_one_speaks_for_all() -> None:
    assert doing(take(stage="making"), WaitEstimate(None, 90.0), beside=2) == (
        "Making it move · about 2 minutes · and 2 more"
    )


def test_nothing_is_said_of_a_time_that_nobody_knows() -> None:
    assert about(None) == ""


@pytest.mark.parametrize(
    ("facts", "percent"),
    [
        ({"stage": "waiting", "progress": 0.0}, 0),
        ({"stage": "making"}, 1),
        ({"stage": "making", "progress": 0.5}, 50),
    ],
)
def test_a_bar_moves_only_when_something_is_made(facts: dict[str, Any], percent: int) -> None:
    assert percent_of(take(**facts)) == percent
