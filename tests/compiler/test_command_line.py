"""`python -m compiler`: what it says, how it ends, and what it leaves behind."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.compiler.films import decoded
from tests.support.media.samples import save_photo, still, textured, write_video
from tests.support.processes import PATIENCE

pytestmark = [pytest.mark.long, pytest.mark.slow, pytest.mark.own_interpreter]

COMMAND = [sys.executable, "-m", "compiler"]


def ask(command: str, request: Any, **others: Any) -> tuple[int, list[dict[str, Any]]]:
    text = request if isinstance(request, str) else json.dumps(request)
    done = subprocess.run([*COMMAND, command, "-"], input=text, capture_output=True, text=True, **others)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def test_render_says_how_far_it_is_and_then_what_it_made(clips: list[Path], tmp_path: Path) -> None:
    request = {
        "output": str(tmp_path / "film.mp4"),
        "shots": [{"clip": str(clips[0])}, {"clip": str(clips[1])}],
        "transitions": [{"kind": "crossfade", "duration": 0.5}],
        "cache": str(tmp_path / "cache"),
    }
    path = tmp_path / "request.json"
    path.write_text(json.dumps(request))
    done = subprocess.run([*COMMAND, "render", str(path)], capture_output=True, text=True, check=True)
    *progress, last = [json.loads(line) for line in done.stdout.splitlines()]
    fractions = [line["progress"] for line in progress]
    assert fractions == sorted(fractions)
    assert all(0 <= fraction <= 1 for fraction in fractions)
    assert all(set(line) == {"progress", "stage"} for line in progress)
    made = last["result"]
    assert (made["frames"], made["duration"]) == (64, 64 / 24)
    assert made["size_bytes"] == (tmp_path / "film.mp4").stat().st_size
    assert len(decoded(tmp_path / "film.mp4")) == 64
    again = ask("render", request)[1][-1]["result"]
    assert (again["encoded_frames"], again["cached_segments"]) == (0, 1)


def prepared(clips: list[Path], folder: Path, **others: Any) -> dict[str, Any]:
    return {
        "shots": [{"clip": str(clips[0])}, {"clip": str(clips[1]), "caption": "At the lake"}],
        "transitions": [{"kind": "crossfade", "duration": 0.5}],
        "cache": str(folder / "cache"),
    } | others


def test_prepare_makes_all_that_render_will_need(clips: list[Path], music: Path, tmp_path: Path) -> None:
    request = prepared(clips, tmp_path, soundtrack={"music": str(music)})
    code, lines = ask("prepare", request)
    assert code == 0
    assert lines[-1]["result"]["encoded_frames"] == 12 + 28
    assert all("progress" in line for line in lines[:-1])
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".mp4"] == []
    pieces = set((tmp_path / "cache").iterdir())
    made = ask("render", request | {"output": str(tmp_path / "film.mp4")})[1][-1]["result"]
    assert (made["encoded_frames"], made["cached_frames"]) == (0, 40)
    assert set((tmp_path / "cache").iterdir()) == pieces  # nor was any sound encoded again


def test_prepare_makes_only_what_a_change_asks_for(clips: list[Path], tmp_path: Path) -> None:
    ask("prepare", prepared(clips, tmp_path))
    assert ask("prepare", prepared(clips, tmp_path))[1][-1]["result"]["encoded_frames"] == 0
    wiped = prepared(clips, tmp_path, transitions=[{"kind": "wipe", "duration": 0.5}])
    assert ask("prepare", wiped)[1][-1]["result"]["encoded_frames"] == 12


def test_prepare_steps_behind_what_somebody_waits_for(clips: list[Path], tmp_path: Path) -> None:
    code = (
        "import os, compiler.rendering.film as rendering; from compiler.__main__ import main;"
        "rendering.prepare_segments = lambda *_, workers, **__: os.nice(0) * 10 + workers;"
        "main(['prepare', '-'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=json.dumps(prepared(clips, tmp_path)),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = json.loads(done.stdout)["result"]["encoded_frames"]
    assert told == min(os.nice(0) + 10, 19) * 10 + 1


def test_prepare_that_is_ended_keeps_whole_pieces_only(clips: list[Path], tmp_path: Path) -> None:
    request = prepared(clips, tmp_path, titles={"opening": {"text": "A long title", "duration": 30}})
    assert ended("prepare", request) == "cancelled"
    left = list((tmp_path / "cache").iterdir())
    assert left
    assert {path.suffix for path in left} == {".piece"}


def test_timeline_answers_every_offset_without_a_file() -> None:
    shots = [{"clip": "a", "frames": 120}, {"clip": "b", "duration": 5.0}]
    code, lines = ask("timeline", {"shots": shots, "transitions": [{"kind": "fade_black", "duration": 1.0}]})
    assert code == 0
    answer = lines[-1]["result"]
    assert answer["duration"] == 9.0
    assert [(shot["film_start"], shot["film_end"]) for shot in answer["shots"]] == [(0.0, 5.0), (4.0, 9.0)]
    assert answer["transitions"][0]["start"] == 4.0


def test_timeline_measures_what_the_request_does_not_say(clips: list[Path]) -> None:
    code, lines = ask("timeline", {"shots": [{"clip": str(clips[0])}, {"clip": str(clips[1])}]})
    assert code == 0
    assert lines[-1]["result"]["frames"] == 76


@pytest.mark.parametrize(
    ("command", "request_", "says"),
    [
        ("render", "not json", "not JSON"),
        ("render", "[" * 100_000, "not JSON"),
        ("render", [], "must be a JSON object"),
        ("render", {"shots": []}, "at least one clip"),
        ("render", {"shots": [{"clip": "a.mp4"}]}, "output is missing"),
        ("render", {"shots": [{"clip": "a.mp4"}], "output": "/nowhere/at/all.mp4"}, "folder that exists"),
        ("render", {"shots": [{"clip": "a.mp4"}], "output": "a.mp4", "colour": 1}, "unknown field: colour"),
        ("prepare", {"shots": [{"clip": "a.mp4"}]}, "cache is missing"),
        ("animate", {"photo": "p.jpg", "output": "c.mp4", "focus": [0.5]}, "focus must be two numbers"),
        ("conform", {"input": "x.mov", "output": "c.mp4", "fit": "squeeze"}, "fit must be one of"),
        ("poster", {"input": "x.mp4", "output": "p.jpg", "at": -1}, "at must be a number"),
    ],
)
def test_a_bad_request_is_refused_with_code_2(
    command: str, request_: object, says: str, tmp_path: Path
) -> None:
    environment = os.environ | {"PYTHONPATH": str(Path.cwd())}
    code, lines = ask(command, request_, cwd=tmp_path, env=environment)
    assert code == 2
    assert lines[-1]["error"]["kind"] == "bad_request"
    assert says in lines[-1]["error"]["message"]
    assert list(tmp_path.iterdir()) == []


def test_a_failure_has_a_kind_a_sentence_and_code_1(tmp_path: Path) -> None:
    request = {"shots": [{"clip": str(tmp_path / "gone.mp4")}], "output": str(tmp_path / "film.mp4")}
    code, lines = ask("render", request)
    assert code == 1
    assert lines == [
        {"error": {"kind": "not_found", "message": "The clip gone.mp4 cannot be opened."}},
    ]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_work_and_leaves_nothing(
    number: signal.Signals, clips: list[Path], tmp_path: Path
) -> None:
    cards = {"opening": {"text": "A long title", "duration": 30}, "end": {"text": "The end", "duration": 30}}
    request = {"shots": [{"clip": str(clips[0])}], "titles": cards, "output": str(tmp_path / "film.mp4")}
    with subprocess.Popen(
        [*COMMAND, "render", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(json.dumps(request))
        child.stdin.close()
        assert "progress" in child.stdout.readline()
        child.send_signal(number)
        lines = [json.loads(line) for line in child.stdout]
        assert child.wait(timeout=PATIENCE) == 128 + number
    assert lines[-1]["error"]["kind"] == "cancelled"
    assert list(tmp_path.iterdir()) == []


def test_a_conform_that_is_ended_leaves_nothing(tmp_path: Path) -> None:
    source = write_video(tmp_path / "source.mp4", [still(1)] * 240, tone=10)
    request = {"input": str(source), "output": str(tmp_path / "clip.mp4"), "size": [1920, 1080]}
    assert ended("conform", request) == "cancelled"
    assert list(tmp_path.iterdir()) == [source]


def test_an_animation_that_is_ended_leaves_nothing(tmp_path: Path) -> None:
    photo = save_photo(tmp_path / "photo.jpg", textured(1600, 900))
    request = {"photo": str(photo), "output": str(tmp_path / "clip.mp4"), "duration": 30, "focus": [0.5, 0.5]}
    assert ended("animate", request) == "cancelled"
    assert list(tmp_path.iterdir()) == [photo]


def ended(command: str, request: dict[str, Any]) -> str:
    """The kind of the error with which a command ends that gets a signal when it has begun."""
    with subprocess.Popen(
        [*COMMAND, command, "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(json.dumps(request))
        child.stdin.close()
        assert "progress" in child.stdout.readline()
        child.send_signal(signal.SIGTERM)
        lines = [json.loads(line) for line in child.stdout]
        assert child.wait(timeout=PATIENCE) == 128 + signal.SIGTERM
    kind: str = lines[-1]["error"]["kind"]
    return kind


def limited(change: str, command: str, request: dict[str, Any]) -> dict[str, Any]:
    """The last line of a command whose limits were changed before it began; it must end with code 1."""
    code = f"import sys, compiler.limits as limits; limits.{change}; from compiler.__main__ import main"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; sys.exit(main())", command, "-"],
        input=json.dumps(request), capture_output=True, text=True,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 1
    last: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return last


def test_what_takes_too_long_is_given_up_and_leaves_nothing(clips: list[Path], tmp_path: Path) -> None:
    titles = {"opening": {"text": "A long title", "duration": 30}, "end": {"text": "The end", "duration": 30}}
    request = {"shots": [{"clip": str(clips[0])}], "titles": titles, "output": str(tmp_path / "film.mp4")}
    last = limited("SECONDS['render'] = 1", "render", request)
    assert last["error"]["kind"] == "too_slow"
    assert list(tmp_path.iterdir()) == []


def test_what_needs_too_much_memory_is_given_up_and_leaves_nothing(tmp_path: Path) -> None:
    photo = tmp_path / "photo.png"
    Image.new("RGB", (9000, 9000)).save(photo, compress_level=1)
    request = {"photo": str(photo), "output": str(tmp_path / "clip.mp4"), "size": [1440, 1440], "duration": 1}
    last = limited("ADDRESS_SPACE, limits.FOR_A_THREAD = 600 << 20, 0", "animate", request)
    assert last["error"]["kind"] == "too_large"
    assert list(tmp_path.iterdir()) == [photo]


def test_the_work_ends_when_nobody_listens_any_more(clips: list[Path], tmp_path: Path) -> None:
    titles = {"opening": {"text": "A long title", "duration": 30}}
    request = {"shots": [{"clip": str(clips[0])}], "titles": titles, "output": str(tmp_path / "film.mp4")}
    with subprocess.Popen(
        [*COMMAND, "render", "-"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as child:  # fmt: skip
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(json.dumps(request))
        child.stdin.close()
        child.stdout.close()
        assert child.wait(timeout=PATIENCE) == 1
    assert list(tmp_path.iterdir()) == []


def test_help_teaches_every_command() -> None:
    done = subprocess.run([*COMMAND, "--help"], capture_output=True, text=True, check=True)
    for word in (
        "render",
        "prepare",
        "animate",
        "conform",
        "probe",
        "poster",
        "beats",
        "loudness",
        "timeline",
        "crossfade",
        "SIGTERM",
    ):
        assert word in done.stdout
