"""Deinterlacing: interlaced frames become whole ones, in their time; progressive ones stay as they are."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.filter import Graph
from av.video.frame import VideoFrame

from compiler.clips.conform import conform_clip
from compiler.picture.deinterlacing import deinterlace
from tests.support.media.samples import Pixels, decoded, planes, still, write_video

pytestmark = pytest.mark.slow

STEP = 16


def bar(half: int, size: tuple[int, int] = (1280, 720)) -> Pixels:
    """A white bar that moves by `STEP` pixels from half to half."""
    picture = np.full((size[1], size[0], 3), 40, np.uint8)
    picture[:, 100 + STEP * half : 300 + STEP * half] = 200
    return picture


def woven(number: int, size: tuple[int, int] = (1280, 720), later: int = 1) -> VideoFrame:
    """`later` is the first row of the half that is recorded later."""
    picture = bar(2 * number, size)
    picture[later::2] = bar(2 * number + 1, size)[later::2]
    return VideoFrame.from_ndarray(picture, "rgb24").reformat(format="yuv420p")


def as_woven(stream: Any) -> None:
    stream.codec_context.options = {"x264-params": "tff=1", "crf": "10"}


@pytest.fixture(params=["tff", "bff"])
def television(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """With the half of the upper rows first, as most have it, or with the lower."""
    later = 1 if request.param == "tff" else 0
    frames = [marked(woven(number, later=later), number, request.param) for number in range(8)]
    return write_video(tmp_path / "television.mp4", frames, prepare=as_woven)


def marked(frame: VideoFrame, number: int, field: str = "tff") -> VideoFrame:
    """The frame, marked as woven (`tff`) or whole (`prog`)."""
    graph = Graph()
    source = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=Fraction(1, 24)
    )
    graph.link_nodes(source, graph.add("setfield", field), graph.add("buffersink")).configure()
    frame.pts, frame.time_base = number, Fraction(1, 24)
    graph.vpush(frame)
    return graph.vpull()


def frames_of(path: Path) -> Iterator[VideoFrame]:
    with av.open(str(path)) as media:
        yield from media.decode(video=0)


def combing(luma: Pixels) -> float:
    """How much neighbouring rows differ, where only columns should."""
    return float(np.abs(np.diff(luma.astype(int), axis=0)).mean())


def left_edge(luma: Pixels) -> int:
    return int(np.argmax(luma[luma.shape[0] // 2] > 120))


def test_the_picture_is_combed_before(television: Path) -> None:
    """Otherwise the next tests would prove nothing."""
    frame = next(frames_of(television))
    assert frame.interlaced_frame
    assert combing(decoded(television)[3][0]) > 2


def test_a_clip_of_television_has_no_combs_and_keeps_its_pace(television: Path, tmp_path: Path) -> None:
    made = conform_clip(television, tmp_path / "clip.mp4")
    shown = decoded(made.output)
    assert made.frames == 8
    assert all(combing(luma) < 0.5 for luma, _, _ in shown)
    edges = [left_edge(luma) for luma, _, _ in shown]
    assert edges == pytest.approx([100 + 2 * STEP * number for number in range(8)], abs=3)


def test_each_half_becomes_a_frame_at_its_own_time(television: Path) -> None:
    times = [frame.time for frame in deinterlace(frames_of(television))]
    assert times == pytest.approx([half / 48 for half in range(16)], abs=1e-3)


def test_whole_frames_pass_untouched(tmp_path: Path) -> None:
    path = write_video(tmp_path / "film.mp4", [still(number) for number in range(5)])
    frames = list(frames_of(path))
    assert [id(frame) for frame in deinterlace(frames)] == [id(frame) for frame in frames]


def test_whole_frames_after_woven_ones_stay_whole() -> None:
    frames = [marked(woven(number), number, "tff" if number < 4 else "prog") for number in range(8)]
    made = list(deinterlace(frames))
    combed = [combing(planes(frame)[0]) > 2 for frame in made]
    assert combed[:8] == [False] * 8
    assert set(combed[8:]) == {True}  # the drawing has combs, which a whole frame may have
    assert [frame.time for frame in made[-4:]] == pytest.approx([n / 24 for n in (4, 5, 6, 7)], abs=1 / 40)


def test_a_change_of_size_on_the_way_loses_no_frame() -> None:
    sizes = [(640, 360)] * 3 + [(320, 180)] * 3
    frames = [marked(woven(number, size), number) for number, size in enumerate(sizes)]
    widths = [frame.width for frame in deinterlace(frames)]
    assert widths == [640] * 6 + [320] * 6


@pytest.mark.parametrize("size", [(2, 2), (1, 1), (64, 2)])
def test_what_is_too_small_for_two_halves_passes_untouched(size: tuple[int, int]) -> None:
    frame = marked(VideoFrame(*size, "yuv420p"), 0)
    assert frame.interlaced_frame
    assert list(deinterlace([frame])) == [frame]
