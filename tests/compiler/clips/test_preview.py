"""A preview rendition has every frame of its clip at its time, and is light and easy to seek in."""

from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from compiler.clips.preview import MOST_KILOBITS, save_preview, size_of
from compiler.errors import NotAVideo

pytestmark = pytest.mark.slow


def test_every_frame_is_there_at_its_time_and_looks_alike(clips: list[Path], tmp_path: Path) -> None:
    made = save_preview(clips[2], tmp_path / "preview.mp4")
    assert (made.size, made.size_bytes) == ((854, 480), made.output.stat().st_size)
    with av.open(str(clips[2])) as clip, av.open(str(made.output)) as preview:
        originals, small = list(clip.decode(video=0)), list(preview.decode(video=0))
        assert made.frames == len(small) == len(originals)
        assert [frame.time for frame in small] == [frame.time for frame in originals]
        for one, other in list(zip(originals, small, strict=True))[::12]:
            assert other.colorspace == one.colorspace
            as_large = other.reformat(one.width, one.height, format="gray").to_ndarray()
            difference = one.reformat(format="gray").to_ndarray().astype(float) - as_large
            assert float(np.abs(difference).mean()) < 12


def test_it_is_light_begins_at_once_and_has_a_keyframe_each_second(clips: list[Path], tmp_path: Path) -> None:
    made = save_preview(clips[2], tmp_path / "preview.mp4")
    written = made.output.read_bytes()
    assert written.index(b"moov") < written.index(b"mdat")
    assert made.size_bytes * 8 / 1000 < MOST_KILOBITS * (made.frames / 24 + 1)
    with av.open(str(made.output)) as preview:
        keys = [packet.pts or 0 for packet in preview.demux(video=0) if packet.is_keyframe]
        assert all(later - earlier <= 12288 for earlier, later in pairwise(keys))


@pytest.mark.parametrize(
    ("clip", "preview"),
    [
        ((1280, 720), (854, 480)),
        ((1080, 1920), (480, 854)),
        ((960, 960), (480, 480)),
        ((64, 36), (64, 36)),
    ],
)
def test_its_shape_is_that_of_the_clip(clip: tuple[int, int], preview: tuple[int, int]) -> None:
    assert size_of(*clip) == preview


def test_what_is_no_video_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    text = tmp_path / "clip.mp4"
    text.write_text("no video")
    with pytest.raises(NotAVideo):
        save_preview(text, tmp_path / "preview.mp4")
    assert list(tmp_path.iterdir()) == [text]
