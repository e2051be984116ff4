"""Clips of other encoders: shown right, or refused."""

import struct
from pathlib import Path

import pytest

from compiler.rendering.film import render
from compiler.timeline.model import Shot, Timeline, Transition
from tests.compiler.films import decoded
from tests.support.media.samples import number_of, still, write_video

pytestmark = pytest.mark.slow

SIZE = (1280, 720)


def numbers_shown(clip: Path, film: Path) -> set[int]:
    """What is to be seen in a film in which a clip fades into itself; its colour must be grey."""
    rendered = render(Timeline((Shot(str(clip)),) * 2, (Transition("crossfade", 6),), size=SIZE), film)
    frames = decoded(film)
    assert len(frames) == rendered.encoded_frames == 18
    assert all(frame.size == SIZE for frame in frames)
    assert all(abs(float(plane.mean()) - 128) < 1 for frame in frames for plane in frame[1:])
    return {number_of(frame.luma) for frame in frames}


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv420p10le", "yuv444p", "yuv422p", "yuvj420p"])
def test_another_depth_or_range_is_brought_into_the_films_own(pixel_format: str, tmp_path: Path) -> None:
    clip = write_video(tmp_path / "clip.mp4", [still(10, *SIZE, pixel_format=pixel_format)] * 12)
    assert numbers_shown(clip, tmp_path / "film.mp4") == {10}


def test_a_size_that_the_file_only_claims_is_not_believed(tmp_path: Path) -> None:
    clip = write_video(tmp_path / "clip.mp4", [still(10)] * 12)
    content = bytearray(clip.read_bytes())
    entry = content.index(b"avc1", content.index(b"stsd")) + 4
    struct.pack_into(">HH", content, entry + 24, *SIZE)
    clip.write_bytes(content)
    assert numbers_shown(clip, tmp_path / "film.mp4") == {10}
