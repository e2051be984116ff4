"""What a compiler answers is checked against its types: whoever speaks in its name is not believed."""

import json
from pathlib import Path
from typing import Any

import pytest

from compiler.messages import CommandFailed, Failure, Finished, Progressed
from compiler.requests import (
    BeatsRequest,
    ConformRequest,
    LoudnessRequest,
    PeaksRequest,
    PosterRequest,
    PreviewRequest,
    ProbeRequest,
    Request,
    TimelineRequest,
)
from compiler.results import (
    Beats,
    ConformedClip,
    LaidOut,
    MeasuredLoudness,
    Peaks,
    Poster,
    Preview,
    Probe,
    Result,
)
from compiler.timeline.layout import lay_out
from compiler.timeline.model import Shot, Timeline
from echoes.processes.replies import Unreadable, read_message, read_result

FILE = Path("x.mp4")
TIMELINE = Timeline((Shot("a", frames=24),))
PROBE = Probe("video", 1.0, 5, "mov", (16, 16), frames=24, complete=False)
ANSWERS: list[tuple[Request[Any], Result]] = [
    (ProbeRequest(FILE), PROBE),
    (ConformRequest(FILE, FILE), ConformedClip(FILE, (16, 16), 1.0, 24, 9, None, PROBE, 1, "no sound")),
    (PosterRequest(FILE, FILE), Poster(FILE, (16, 16), 0.5, 7)),
    (PreviewRequest(FILE, FILE), Preview(FILE, (854, 480), 24, 7)),
    (BeatsRequest(FILE), Beats(120.0, (0.5, 1.0), (0.5,))),
    (PeaksRequest(FILE), Peaks((0.0, 0.25, 1.0))),
    (LoudnessRequest(FILE), MeasuredLoudness(None, -3.5)),
    (TimelineRequest(TIMELINE), LaidOut(TIMELINE, lay_out(TIMELINE))),
]


@pytest.mark.parametrize(("request_", "result"), ANSWERS)
def test_a_result_is_read_as_it_was_written(request_: Request[Any], result: Result) -> None:
    written = json.loads(json.dumps(result.to_json(), default=str))
    assert read_result(request_, written) == result


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"output": "x", "size": [16, 16], "at": 0.5},
        {"output": "x", "size": [16, 16], "at": 0.5, "size_bytes": 7, "more": 1},
        {"output": "x", "size": [16], "at": 0.5, "size_bytes": 7},
        {"output": None, "size": [16, 16], "at": 0.5, "size_bytes": 7},
        {"output": "x", "size": [16, 16], "at": "soon", "size_bytes": 7},
    ],
)
def test_what_is_not_the_result_of_the_request_is_unreadable(value: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        read_result(PosterRequest(FILE, FILE), value)


@pytest.mark.parametrize("value", [{}, {"timeline": []}, {"timeline": {"shots": []}}])
def test_a_layout_without_its_timeline_is_unreadable(value: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        read_result(TimelineRequest(TIMELINE), value)


def test_every_message_is_read_as_its_type() -> None:
    assert read_message(b'{"progress": 0.5, "stage": "writing"}') == Progressed(0.5, "writing")
    assert read_message(b'{"result": {"a": 1}}\n') == Finished({"a": 1})
    error = read_message(b'{"error": {"kind": "disk_full", "message": "No room."}}')
    assert isinstance(error, CommandFailed)
    assert isinstance(error.error, Failure)
    assert error.error.kind == "disk_full"


@pytest.mark.parametrize(
    "line",
    [
        b"", b"\n", b"null", b"[]", b"7", b"{}", b"\xff\xfe", b"[" * 100_000, b'{"progress": "far"}',
        b'{"progress": 0.5}', b'{"progress": 0.5, "stage": "x", "more": 1}', b'{"result": []}',
        b'{"error": {"kind": "boredom", "message": "No."}}', b'{"error": {"kind": "failed"}}',
    ],
)  # fmt: skip
def test_what_is_no_message_is_unreadable(line: bytes) -> None:
    with pytest.raises(Unreadable):
        read_message(line)
