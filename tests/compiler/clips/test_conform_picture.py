"""Picture of a conformed clip: upright, in its own colours, in the shape that was asked for."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from av.video.frame import VideoFrame

from compiler.clips.conform import conform_clip
from compiler.codec.verification import verify_clip
from tests.compiler.quarters import corners, quartered
from tests.support.media.samples import decoded, planes, still, write_video

pytestmark = pytest.mark.slow


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return tmp_path / "source.mp4"


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "clip.mp4"


@pytest.mark.parametrize(
    ("degrees", "mirrored", "expected"),
    [
        (0, False, ["red", "green", "blue", "white"]),
        (90, False, ["green", "white", "red", "blue"]),
        (180, False, ["white", "blue", "green", "red"]),
        (-90, False, ["blue", "red", "white", "green"]),
        (0, True, ["green", "red", "white", "blue"]),
        (90, True, ["white", "green", "blue", "red"]),
    ],
)
def test_a_turn_is_applied_and_removed(
    source: Path, output: Path, degrees: int, mirrored: bool, expected: list[str]
) -> None:
    def turned(stream: Any) -> None:
        stream.set_display_rotation(degrees, hflip=mirrored)

    made = conform_clip(write_video(source, [quartered()] * 3, prepare=turned), output, (960, 960))
    assert corners(output) == expected
    assert b"rotate" not in output.read_bytes()
    verify_clip(output, (960, 960), made.frames)


FULL = {"dst_color_range": "JPEG"}
BT709 = {"dst_colorspace": "ITU709"}
BT601 = {"dst_colorspace": "ITU601"}


@pytest.mark.parametrize(
    ("pixel_format", "to", "tags", "codec"),
    [
        ("yuv420p", BT709, (1, 1), "libx264"),
        ("yuv420p", BT601, (6, 1), "libx264"),
        ("yuv420p", BT601, (2, 0), "libx264"),
        ("yuv420p", BT709 | FULL, (1, 2), "libx264"),
        ("yuv420p10le", BT709, (1, 1), "libx265"),
        ("yuv444p", BT709, (1, 1), "libx264"),
        ("yuv422p10le", BT709, (1, 1), "prores_ks"),
    ],
    ids=["bt709", "bt601", "untagged", "full-range", "10-bit", "4:4:4", "prores"],
)
def test_colours_are_the_same_however_they_were_coded(
    tmp_path: Path, output: Path, pixel_format: str, to: dict[str, Any], tags: tuple[int, int], codec: str
) -> None:
    def tagged(stream: Any) -> None:
        stream.codec_context.colorspace, stream.codec_context.color_range = tags
        if codec == "libx265":
            stream.codec_context.options = {"x265-params": "log-level=error"}

    source = write_video(
        tmp_path / "source.mov", [quartered(pixel_format=pixel_format, **to)] * 3, codec=codec, prepare=tagged
    )
    conform_clip(source, output)
    assert corners(output) == ["red", "green", "blue", "white"]


def test_high_dynamic_range_is_brought_into_range(source: Path, output: Path) -> None:
    """Light as bright as paper stays clearly below the brightest, and keeps its order."""
    steps = np.repeat(np.array([64, 300, 430, 570, 700, 940], np.uint16), 60)[None, :].repeat(200, 0)
    frame = VideoFrame(360, 200, "yuv420p10le")
    for plane, values in zip(frame.planes, (steps, np.array([[512]]), np.array([[512]])), strict=True):
        rows = np.frombuffer(memoryview(plane), np.uint16).reshape(plane.height, -1)
        rows[:, : plane.width] = values

    def tagged(stream: Any) -> None:
        context = stream.codec_context
        context.color_primaries = context.colorspace = 9
        context.color_trc, context.color_range = 18, 1  # hybrid log-gamma, as phones record it
        context.options = {"x265-params": "log-level=error"}

    conform_clip(write_video(source, [frame] * 3, codec="libx265", prepare=tagged), output, fit="color")
    luma = decoded(output)[0][0]
    seen = [int(luma[360, 1280 * (2 * step + 1) // 12]) for step in range(6)]
    assert seen == sorted(seen)
    assert seen[0] == pytest.approx(16, abs=2)
    assert 100 < seen[3] < 215
    assert 225 <= seen[5] <= 236


@pytest.mark.parametrize("fit", ["fill", "blur", "color"])
def test_wide_colours_are_shown_in_the_clips_own(source: Path, output: Path, fit: str) -> None:
    """As phones record them (Display P3): grey stays, and a red gets the numbers of a stronger one."""

    def tagged(stream: Any) -> None:
        context = stream.codec_context
        context.color_primaries, context.color_trc, context.colorspace, context.color_range = 12, 1, 1, 1

    frame = reddish()
    conform_clip(write_video(source, [frame] * 2, prepare=tagged), output, fit=fit, color="#204060")
    luma, blue, red = decoded(output)[0]
    assert (luma[360, 800], blue[180, 400], red[180, 400]) == pytest.approx((119, 128, 128), abs=2)
    assert int(red[180, 70]) > int(planes(frame)[2][60, 30]) + 3


def reddish() -> VideoFrame:
    image = np.full((240, 480, 3), 120, np.uint8)
    image[:, :120] = (180, 90, 90)
    return VideoFrame.from_ndarray(image, "rgb24").reformat(format="yuv420p", dst_colorspace="ITU709")


@pytest.mark.parametrize(
    ("fit", "side", "middle"), [("fill", 235, 235), ("blur", 235, 235), ("color", 67, 235)]
)
def test_another_shape_is_cropped_or_framed(
    source: Path, output: Path, fit: str, side: int, middle: int
) -> None:
    white = VideoFrame.from_ndarray(np.full((400, 200, 3), 255, np.uint8), "rgb24").reformat(format="yuv420p")
    conform_clip(write_video(source, [white] * 2), output, fit=fit, color="#204060")
    luma = decoded(output)[0][0]
    assert luma[360, 640] == pytest.approx(middle, abs=2)
    for corner in (luma[:20, :20], luma[-20:, -20:]):
        assert np.mean(corner) == pytest.approx(side, abs=3)


def test_a_framed_picture_keeps_its_shape(source: Path, output: Path) -> None:
    white = VideoFrame.from_ndarray(np.full((400, 200, 3), 255, np.uint8), "rgb24").reformat(format="yuv420p")
    conform_clip(write_video(source, [white] * 2), output, fit="color")
    lit = decoded(output)[0][0] > 128
    assert (lit.any(0).sum(), lit.any(1).sum()) == pytest.approx((360, 720), abs=4)


def test_pixels_that_are_not_square_are_made_square(source: Path, output: Path) -> None:
    def wide(stream: Any) -> None:
        stream.codec_context.sample_aspect_ratio = Fraction(2)

    conform_clip(write_video(source, [still(20, 240, 240)] * 2, prepare=wide), output, fit="color")
    lit = decoded(output)[0][0] > 100
    assert (lit.any(0).sum(), lit.any(1).sum()) == pytest.approx((1280, 640), abs=4)
