"""Colour spaces: what the colour tags of a video are taken to mean."""

from pathlib import Path
from typing import Any

import av
import pytest
from av.video.frame import VideoFrame

from compiler.picture.colour import Colour
from tests.support.media.samples import still, write_video


def tagged(
    matrix: int, primaries: int, transfer: int, full: bool, size: tuple[int, int] = (1280, 720)
) -> Colour:
    frame = VideoFrame(*size, "yuv420p")
    frame.colorspace, frame.color_primaries, frame.color_trc = matrix, primaries, transfer
    frame.color_range = 2 if full else 1
    return Colour.of(frame)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ((1, 1, 1, False), Colour("bt709", False, "bt709", "bt709")),
        ((6, 6, 6, False), Colour("smpte170m", False, "bt709", "bt709")),
        ((1, 1, 13, True), Colour("bt709", True, "bt709", "bt709")),
        ((9, 9, 16, False), Colour("bt2020nc", False, "bt2020", "smpte2084")),
        ((9, 9, 18, False), Colour("bt2020nc", False, "bt2020", "arib-std-b67")),
        ((1, 12, 1, False), Colour("bt709", False, "smpte432", "bt709")),
        ((2, 2, 2, False), Colour("bt709", False, "bt709", "bt709")),
        ((2, 2, 2, False, (640, 360)), Colour("smpte170m", False, "bt709", "bt709")),
        ((2, 2, 2, False, (720, 1280)), Colour("bt709", False, "bt709", "bt709")),
    ],
)
def test_tags_are_read_and_missing_ones_guessed(tags: tuple[int, int, int, bool], expected: Colour) -> None:
    assert tagged(*tags) == expected


def test_the_old_full_range_formats_are_full_range_without_a_tag() -> None:
    assert Colour.of(VideoFrame(64, 64, "yuvj420p")).full_range


@pytest.mark.parametrize(("said", "taken"), [(None, 1000.0), (4000, 4000.0), (600, 600.0), (100, 400.0)])
def test_how_bright_a_video_was_mastered_is_read_from_it(
    tmp_path: Path, said: int | None, taken: float
) -> None:
    def tagged(stream: Any) -> None:
        stream.codec_context.color_trc = 16
        screen = "G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)"
        if said:
            stream.codec_context.options = {"x264-params": f"mastering-display={screen}L({said * 10_000},1)"}

    path = write_video(tmp_path / "x.mp4", [still(9)], prepare=tagged)
    with av.open(str(path)) as media:
        assert Colour.of(next(media.decode(video=0))).brightest == taken
