"""Any video becomes a clip of the profile."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame

from compiler.conform import conform_clip
from compiler.errors import BadRequest, CompilerError, NotAVideo, TooLarge
from compiler.profile import SIZES, Size
from compiler.proof import prove_clip
from tests.support.media import decoded, number_of, planes, sound_of, still, write_sound, write_video

SIZE = (1280, 720)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return tmp_path / "source.mp4"


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "clip.mp4"


def quartered(width: int = 320, height: int = 240, pixel_format: str = "yuv420p", **to: Any) -> VideoFrame:
    """Red, green, blue and white quarters: upper left, upper right, lower left, lower right."""
    image = np.zeros((height, width, 3), np.uint8)
    image[: height // 2, : width // 2] = (200, 0, 0)
    image[: height // 2, width // 2 :] = (0, 200, 0)
    image[height // 2 :, : width // 2] = (0, 0, 200)
    image[height // 2 :, width // 2 :] = (200, 200, 200)
    return VideoFrame.from_ndarray(image, "rgb24").reformat(format=pixel_format, **to)


def corners(path: Path) -> list[str]:
    """The names of the colours near the four corners of the last frame, read as BT.709."""
    luma, blue, red = decoded(path)[-1]
    rows, columns = blue.shape
    places = [
        (rows // 8, columns // 8),
        (rows // 8, -columns // 8),
        (-rows // 8, columns // 8),
        (-rows // 8, -columns // 8),
    ]
    return [_colour(luma[row * 2, column * 2], blue[row, column], red[row, column]) for row, column in places]


def _colour(luma: int, blue: int, red: int) -> str:
    known = {"red": (52, 108, 216), "green": (139, 60, 48), "blue": (28, 216, 120), "white": (188, 128, 128)}
    for name, values in known.items():
        if np.allclose(values, (luma, blue, red), atol=6):
            return name
    return f"{luma} {blue} {red}"


@pytest.mark.parametrize("size", SIZES)
def test_every_size_comes_out_in_the_profile(source: Path, output: Path, size: Size) -> None:
    made = conform_clip(write_video(source, [quartered()] * 6), output, size)
    prove_clip(output, size, 6)
    assert (made.frames, made.duration, made.size, made.audio) == (6, 0.25, size, None)
    assert corners(output) == ["red", "green", "blue", "white"]


def test_a_constant_24_frames_a_second_are_kept_one_by_one(source: Path, output: Path) -> None:
    conform_clip(write_video(source, [still(number) for number in range(26)]), output)
    assert [number_of(luma) for luma, _, _ in decoded(output)] == list(range(26))


def test_a_variable_rate_becomes_constant_with_each_frame_at_its_time(source: Path, output: Path) -> None:
    places = [0, 1, 5, 6, 7, 15, 20]
    times = [Fraction(place * 100 + 20, 2400) for place in places]  # a fifth of a frame late, each
    made = conform_clip(write_video(source, [still(number) for number in range(7)], times), output)
    shown = [number_of(luma) for luma, _, _ in decoded(output)]
    assert shown[:20] == [sum(place <= frame for place in places) - 1 for frame in range(20)]
    assert made.frames >= 21


@pytest.mark.parametrize(("rate", "frames"), [(12, 6), (25, 13), (30, 15), (60, 30)])
def test_other_rates_keep_their_duration(source: Path, output: Path, rate: int, frames: int) -> None:
    times = [Fraction(number, rate) for number in range(frames)]
    made = conform_clip(write_video(source, [still(number % 30) for number in range(frames)], times), output)
    assert made.duration == pytest.approx(
        frames / rate, abs=1 / 12
    )  # the file itself says 1/24 s for its last frame


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
    prove_clip(output, (960, 960), made.frames)


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


def test_sound_is_kept_beside_as_long_as_the_clip(source: Path, output: Path) -> None:
    made = conform_clip(write_video(source, [still(1)] * 12, tone=1.3), output)
    assert made.audio == output.with_suffix(".m4a")
    samples = sound_of(made.audio)
    assert len(samples) == pytest.approx(24000, abs=1024)
    assert np.sqrt(np.mean(samples[4000:20000] ** 2)) == pytest.approx(0.35, abs=0.03)
    prove_clip(output, SIZE, 12)


def test_sound_that_starts_late_and_ends_early_keeps_its_place(source: Path, output: Path) -> None:
    made = conform_clip(write_video(source, [still(1)] * 24, tone=0.25, tone_from=0.5), output)
    assert made.audio is not None
    loud = np.flatnonzero(np.abs(sound_of(made.audio)[:48000]) > 0.1)
    assert loud[0] / 48000 == pytest.approx(0.5, abs=0.01)
    assert loud[-1] / 48000 == pytest.approx(0.75, abs=0.03)


def test_only_what_the_edit_list_shows_is_kept(source: Path, output: Path) -> None:
    """A video that was cut on the phone still holds what was cut away."""
    times = [Fraction(number - 6, 24) for number in range(24)]  # six frames before the beginning
    path = write_video(
        source, [still(number) for number in range(24)], times, options={"avoid_negative_ts": "disabled"}
    )
    made = conform_clip(path, output)
    assert [number_of(luma) for luma, _, _ in decoded(made.output)] == list(range(6, 24))


def test_a_size_that_changes_on_the_way_is_followed(tmp_path: Path, output: Path) -> None:
    first = write_video(tmp_path / "a.webm", [quartered(320, 180)] * 4, codec="libvpx")
    second = write_video(tmp_path / "b.webm", [quartered(160, 90)] * 4, codec="libvpx")
    source = _joined(first, second, tmp_path / "both.webm")
    made = conform_clip(source, output)
    assert made.frames == 8
    assert corners(output) == ["red", "green", "blue", "white"]


def _joined(first: Path, second: Path, path: Path) -> Path:
    with av.open(str(path), "w") as joined, av.open(str(first)) as one, av.open(str(second)) as two:
        stream = joined.add_stream_from_template(one.streams.video[0])
        for offset, part in ((0, one), (Fraction(4, 24), two)):
            for packet in part.demux(video=0):
                if packet.size and packet.pts is not None:
                    packet.pts = packet.dts = packet.pts + round(offset / packet.time_base)
                    packet.stream = stream
                    joined.mux(packet)
    return path


def test_the_clip_before_stays_when_the_new_one_fails(source: Path, output: Path) -> None:
    output.write_text("the clip before")
    source.write_text("no video")
    with pytest.raises(NotAVideo):
        conform_clip(source, output)
    assert output.read_text() == "the clip before"
    assert set(output.parent.iterdir()) == {source, output}


def test_neither_picture_nor_sound_appears_alone(
    source: Path, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object) -> None:
        raise NotAVideo("The sound is damaged.")

    write_video(source, [still(1)] * 4, tone=0.2)
    monkeypatch.setattr("compiler.conform.write_audio", failing)
    with pytest.raises(NotAVideo):
        conform_clip(source, output)
    assert list(output.parent.iterdir()) == [source]


def _music(path: Path) -> Path:
    return write_sound(path.with_suffix(".m4a"), 0.5, "aac")


def _endless(path: Path) -> Path:
    return write_video(path, [still(1), still(2)], [Fraction(0), Fraction(100_000)])


@pytest.mark.parametrize(
    ("make", "options", "failure"),
    [
        (_music, {}, NotAVideo),
        (_endless, {}, TooLarge),
        (Path, {"size": (100, 100)}, BadRequest),
        (Path, {"fit": "stretch"}, BadRequest),
        (Path, {"color": "red:enable=1"}, BadRequest),
    ],
)
def test_what_cannot_be_conformed_is_said(
    source: Path,
    output: Path,
    make: Callable[[Path], Path],
    options: dict[str, Any],
    failure: type[CompilerError],
) -> None:
    with pytest.raises(failure):
        conform_clip(make(source), output, **options)
    assert not output.exists()
