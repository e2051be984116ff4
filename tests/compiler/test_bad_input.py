"""What makes no film, by the compiler's public API: a sentence each, and the film that was there stays."""

from pathlib import Path
from typing import Any

import pytest

from compiler import CompilerError, Timeline, render
from compiler.errors import FileMissing

pytestmark = pytest.mark.slow

BAD: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "a trim of nothing": ({"start": 1, "end": 1}, {}, "Nothing is left of clip 1"),
    "a trim that runs backwards": ({"start": 2, "end": 1}, {}, "Nothing is left of clip 1"),
    "a trim behind the end": ({"start": 500}, {}, "Nothing is left of clip 1"),
    "a caption of 10,000 characters": ({"caption": "x" * 10_000}, {}, "at most 300 characters"),
    "a track that was deleted": ({}, {"soundtrack": {"music": "gone.mp3"}}, "gone.mp3 is no longer there"),
    "a track of known length that was deleted": (
        {}, {"soundtrack": {"music": "gone.mp3", "duration": 60}}, "gone.mp3 is no longer there",
    ),
    "a voice that was deleted": ({"audio": "gone.wav"}, {}, "gone.wav is no longer there"),
    "a clip that was deleted": ({"clip": "gone.mp4"}, {}, "gone.mp4 cannot be opened"),
}  # fmt: skip


@pytest.mark.parametrize(("shot", "others", "says"), BAD.values(), ids=BAD.keys())
def test_it_is_a_sentence_and_nothing_is_lost(
    shot: dict[str, Any], others: dict[str, Any], says: str, clips: list[Path], tmp_path: Path
) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(b"the earlier film")
    with pytest.raises(CompilerError, match=says) as refusal:
        render(Timeline.from_json({"shots": [{"clip": str(clips[0])} | shot], **others}), film)
    assert str(refusal.value).endswith(".")
    assert film.read_bytes() == b"the earlier film"
    assert list(tmp_path.iterdir()) == [film]


def test_of_several_tracks_the_one_that_is_missing_is_named(
    clips: list[Path], music: Path, tmp_path: Path
) -> None:
    tracks = {"music": str(music), "further": [{"music": str(tmp_path / "the second.mp3")}]}
    timeline = Timeline.from_json({"shots": [{"clip": str(clips[0])}], "soundtrack": tracks})
    with pytest.raises(FileMissing, match=r"The sound file the second\.mp3 is no longer there\."):
        render(timeline, tmp_path / "film.mp4")


def test_a_joint_of_clips_too_short_is_shortened_and_said(clips: list[Path], tmp_path: Path) -> None:
    short = {"clip": str(clips[0]), "end": 0.25}
    joint = {"kind": "slide", "duration": 2}
    made = render(
        Timeline.from_json({"shots": [short, short], "transitions": [joint]}), tmp_path / "film.mp4"
    )
    assert made.frames == 6
    assert made.notes == (
        "The transition between clip 1 and clip 2 is shortened to 0.25 s: they are too short for it.",
    )
