"""Stored timelines: one of each version is kept (`samples/`), and every one reads as the same film."""

import json
from pathlib import Path
from typing import Any

import pytest

from compiler.errors import BadRequest
from compiler.requests import RenderRequest
from compiler.timeline.layout import lay_out
from compiler.timeline.model import Timeline
from compiler.timeline.versions import UPGRADES, VERSION, upgraded, version_of

SAMPLES = Path(__file__).with_name("samples")
VERSIONS = range(1, VERSION + 1)


def sample(name: str) -> dict[str, Any]:
    stored: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text())
    return stored


def test_a_sample_of_each_version_is_kept_and_each_leads_to_the_next() -> None:
    assert {path.stem for path in SAMPLES.iterdir()} == {"layout", *(f"v{number}" for number in VERSIONS)}
    assert [version_of(sample(f"v{number}")) for number in VERSIONS] == list(VERSIONS)
    assert list(UPGRADES) == list(VERSIONS)[:-1]


def test_what_is_written_is_of_the_newest_version() -> None:
    newest = sample(f"v{VERSION}")
    assert json.loads(json.dumps(Timeline.from_json(newest).to_json())) == newest


@pytest.mark.parametrize("number", VERSIONS)
def test_every_version_reads_as_the_same_film(number: int) -> None:
    stored = sample(f"v{number}")
    timeline = Timeline.from_json(stored)
    assert timeline == Timeline.from_json(sample(f"v{VERSION}"))
    assert lay_out(timeline).to_json() == sample("layout")
    assert RenderRequest.from_json(stored | {"output": "film.mp4"}).timeline == timeline


@pytest.mark.parametrize("number", VERSIONS)
def test_an_upgrade_leaves_what_is_stored_as_it_was(number: int) -> None:
    stored = sample(f"v{number}")
    upgraded(stored)
    assert stored == sample(f"v{number}")


@pytest.mark.parametrize("version", [0, -1, True, None, "2", 1.0, [], {}])
def test_what_is_no_version_is_refused(version: object) -> None:
    with pytest.raises(BadRequest, match="version must be a whole number"):
        Timeline.from_json(sample("v1") | {"version": version})


@pytest.mark.parametrize("version", [VERSION + 1, 10**30])
def test_a_version_of_the_future_is_refused_as_such(version: int) -> None:
    with pytest.raises(BadRequest, match="newer version of the compiler"):
        Timeline.from_json(sample("v1") | {"version": version})
