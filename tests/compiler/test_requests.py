"""The border of the compiler: what is written on one side is read as the same on the other."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from compiler.errors import BadRequest, CompilerError, ErrorCode
from compiler.request_base import FilmRequest
from compiler.requests import (
    REQUESTS,
    AnimateRequest,
    BeatsRequest,
    ConformRequest,
    LetteringRequest,
    LoudnessRequest,
    PeaksRequest,
    PosterRequest,
    PrepareRequest,
    PreviewRequest,
    ProbeRequest,
    ProbeSoundRequest,
    RenderRequest,
    Request,
    TimelineRequest,
    VoiceRequest,
)
from compiler.subject import Box, FramingChoice, FramingMode, MovementStrength, PhotoSubject
from compiler.timeline.levels import MeasuredMusic, SoundLevels
from compiler.timeline.model import Shot, Soundtrack, Timeline, Track

MUSIC = Soundtrack("song", further=(Track("next"),))
TIMELINE = Timeline((Shot("one", audio="voice"), Shot("two", start=3)), soundtrack=MUSIC)
FILES = {
    name: Path(f"/files/{name}") for name in ("one", "two", "voice", "song", "next", "film.mp4", "photo.jpg")
}
CHOICE = FramingChoice((0.25, 1.0), FramingMode.FILL, MovementStrength.STRONG)
SUBJECT = PhotoSubject((0.5, 0.25), (Box(0.1, 0.2, 0.3, 0.4),), Box(0.05, 0.05, 0.95, 0.9))
ASKED: list[Request[Any]] = [
    RenderRequest(TIMELINE, Path("film.mp4"), Path("/cache"), "quality"),
    RenderRequest(TIMELINE, Path("film.mp4")),
    RenderRequest(TIMELINE, Path("film.mp4"), music_levels=(MeasuredMusic("music", -16.021, -1.9),)),
    PrepareRequest(TIMELINE, Path("/cache"), music_levels=(MeasuredMusic("music", -16.021, -1.9),)),
    PrepareRequest(TIMELINE, Path("/cache")),
    TimelineRequest(TIMELINE),
    AnimateRequest(Path("photo.jpg"), Path("clip.mp4"), (720, 1280), 2.5, "rise", CHOICE, SUBJECT),
    AnimateRequest(Path("photo.jpg"), Path("clip.mp4")),
    AnimateRequest(
        Path("photo.jpg"), Path("clip.mp4"), poster=Path("one.jpg"), small_poster=Path("one.webp")
    ),
    ConformRequest(Path("raw"), Path("clip.mp4"), (960, 960), "blur", "#1a1a1a"),
    ConformRequest(Path("raw"), Path("clip.mp4"), poster=Path("one.jpg"), small_poster=Path("one.webp")),
    PosterRequest(Path("film.mp4"), Path("poster.jpg"), 1.5),
    PreviewRequest(Path("clip.mp4"), Path("preview.mp4")),
    ProbeRequest(Path("film.mp4"), strict=True),
    ProbeSoundRequest(Path("song"), 3600),
    LetteringRequest(Path("words.webp"), "card", "Summer 1987", "At the lake", (960, 960), "album"),
    BeatsRequest(Path("song")),
    LoudnessRequest(Path("song")),
    PeaksRequest(Path("song")),
    VoiceRequest(Path("voice")),
]


def named(request: Request[Any]) -> str:
    return type(request).__name__


def test_every_command_is_here() -> None:
    assert {request.command for request in ASKED} == set(REQUESTS)


@pytest.mark.parametrize("request_", ASKED, ids=named)
def test_a_request_is_read_as_it_was_written(request_: Request[Any]) -> None:
    written = json.loads(json.dumps(request_.to_json()))
    assert REQUESTS[request_.command].from_json(written) == request_


@pytest.mark.parametrize("request_", ASKED, ids=named)
def test_what_is_not_asked_for_is_not_written(request_: Request[Any]) -> None:
    """Else a compiler of an earlier release, such as a function in the cloud, would refuse each new field."""
    timeline = request_.timeline.to_json() if isinstance(request_, FilmRequest) else {}
    own = {name: value for name, value in request_.to_json().items() if name not in timeline}
    assert None not in own.values()


@pytest.mark.parametrize("request_", ASKED, ids=named)
def test_what_is_no_field_of_a_request_is_refused_by_name(request_: Request[Any]) -> None:
    with pytest.raises(BadRequest, match="unknown field: surprise"):
        type(request_).from_json(request_.to_json() | {"surprise": 1})


@pytest.mark.parametrize("request_", ASKED, ids=named)
def test_a_path_with_bytes_that_are_no_text_comes_through(request_: Request[Any]) -> None:
    strange = Path(b"/files/\xff.mp4".decode("utf-8", "surrogateescape"))
    paths = {name: strange for name, value in vars(request_).items() if isinstance(value, Path)}
    request = replace(request_, **paths)
    assert type(request_).from_json(json.loads(json.dumps(request.to_json()))) == request


def test_files_take_the_place_of_names() -> None:
    given = RenderRequest(TIMELINE, Path("film.mp4"), Path("/cache")).with_files(FILES)
    assert (given.output, given.cache) == (Path("/files/film.mp4"), Path("/cache"))
    assert [shot.clip for shot in given.timeline.shots] == ["/files/one", "/files/two"]
    assert [shot.audio for shot in given.timeline.shots] == ["/files/voice", None]
    assert given.timeline.soundtrack == replace(
        TIMELINE.soundtrack or Soundtrack(""), music="/files/song", further=(Track("/files/next"),)
    )
    assert AnimateRequest(Path("photo.jpg"), Path("/a/clip.mp4")).with_files(FILES) == AnimateRequest(
        Path("/files/photo.jpg"), Path("/a/clip.mp4")
    )


def test_known_levels_of_music_follow_it_to_its_file() -> None:
    known = (MeasuredMusic("song", -16.0, -1.0), MeasuredMusic("elsewhere", -20.0, -3.0))
    given = PrepareRequest(TIMELINE, Path("/cache"), music_levels=known).with_files(FILES)
    assert given.levels_by_file() == {
        "/files/song": SoundLevels(-16.0, -1.0), "elsewhere": SoundLevels(-20.0, -3.0)
    }  # fmt: skip


def test_a_timeline_request_may_carry_all_that_a_render_request_does() -> None:
    known = (MeasuredMusic("song", -16.0, -1.0),)
    rendered = RenderRequest(TIMELINE, Path("film.mp4"), Path("/cache"), poster=Path("p.jpg"), room=8)
    given = replace(rendered, music_levels=known).to_json()
    assert TimelineRequest.from_json(given) == TimelineRequest(TIMELINE)


@pytest.mark.parametrize(
    "entry",
    [
        {"music": "song"},
        {"music": "song", "loudness": -16.0},
        {"music": "song", "loudness": -16.0, "peak": 1e9},
        "song",
    ],
)
def test_levels_that_say_too_little_are_refused(entry: object) -> None:
    with pytest.raises(BadRequest, match=r"music_levels\[0\]"):
        RenderRequest.from_json(RenderRequest(TIMELINE, Path("f.mp4")).to_json() | {"music_levels": [entry]})


@pytest.mark.parametrize("missing", ["one", "voice", "song", "next"])
def test_a_timeline_is_given_all_its_files_or_none(missing: str) -> None:
    files = {name: path for name, path in FILES.items() if name != missing}
    with pytest.raises(BadRequest, match=f"no file for “{missing}”"):
        TIMELINE.with_files(files)


def test_every_error_has_a_code_of_its_own() -> None:
    def kinds(error: type[CompilerError]) -> list[ErrorCode]:
        return [error.kind, *(kind for each in error.__subclasses__() for kind in kinds(each))]

    assert sorted(kinds(CompilerError)) == sorted({*ErrorCode} - {ErrorCode.CRASHED})
