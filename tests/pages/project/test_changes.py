"""The player goes to where a film became another one."""

from typing import Any
from uuid import UUID

import pytest

from echoes.pages.project.arrange.changes import first_change, moved_clip, time_of


def film(*clips: str, kind: str = "cut", **of_second: Any) -> dict[str, Any]:
    shots = [
        {
            "index": place, "clip": clip, "text": None, "subtitle": None, "caption": None,
            "clip_start_frame": 0, "clip_end_frame": 120, "film_start": 5.0 * place,
            "film_end": 5.5 + 5.0 * place,
        }
        for place, clip in enumerate(clips)
    ]  # fmt: skip
    shots[1] |= of_second
    transitions = [
        {"kind": kind, "frames": 12, "start": 5.0 * place, "duration": 0.5} for place in range(1, len(clips))
    ]
    return {"shots": shots, "transitions": transitions}


@pytest.mark.parametrize(
    ("after", "time"),
    [
        (film("a", "b", "c"), None),
        (film("a", "b", "c", caption="Oma"), 6.0),
        (film("a", "b", "c", clip_start_frame=9), 5.5),
        (film("a", "b"), None),
        (film("a", "c", "b"), 5.5),
        (film("a", "b", "c", kind="wipe"), 4.5),
        ({}, None),
    ],
    ids=["nothing", "a caption", "a part", "the last clip gone", "the order", "a transition", "no film"],
)
def test_the_first_difference_is_found(after: dict[str, Any], time: float | None) -> None:
    assert first_change(film("a", "b", "c"), after) == time


def test_a_clip_is_found_behind_a_title() -> None:
    ids = [UUID(int=number) for number in range(3)]
    shown = film("title", "a", "b")
    for shot in shown["shots"]:
        shot["index"] = shot["index"] - 1 if shot["index"] else None
    assert time_of([{"id": str(one)} for one in ids[:2]], shown, ids[1]) == 10.5
    assert time_of([{"id": str(one)} for one in ids[:2]], shown, ids[2]) is None


@pytest.mark.parametrize(
    ("after", "moved"),
    [([1, 2, 3, 0], 0), ([3, 0, 1, 2], 3), ([0, 2, 1, 3], 1), ([0, 1, 2, 3], None)],
    ids=["to the end", "to the beginning", "by one", "nowhere"],
)
def test_the_moved_clip_is_found(after: list[int], moved: int | None) -> None:
    ids = [UUID(int=number) for number in range(4)]
    assert moved_clip(ids, [ids[number] for number in after]) == (None if moved is None else ids[moved])
