"""Probing: what a media file holds."""

import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from av.video.frame import VideoFrame

from compiler.errors import CompilerError, FileMissing, InputTooLarge, NotAudio, NotAVideo, Unsupported
from compiler.media.probing import probe
from tests.support.media.samples import frame_of, still, textured, write_sound, write_video


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    frames = [frame_of(textured(160, 120, seed)) for seed in range(12)]
    return write_video(tmp_path_factory.mktemp("video") / "video.mp4", frames, tone=0.5)


def test_a_video_is_described(video: Path) -> None:
    found = probe(video)
    assert (found.kind, found.size, found.frames, found.duration) == ("video", (160, 120), 12, 0.5)
    assert (found.frame_rate, found.constant_rate) == (24.0, True)
    assert (found.video_codec, found.pixel_format) == ("h264", "yuv420p")
    assert (found.has_audio, found.audio_codec, found.sample_rate, found.channels) == (True, "aac", 48000, 1)
    assert found.bytes == video.stat().st_size


def test_a_variable_rate_is_seen(tmp_path: Path) -> None:
    times = [Fraction(part, 100) for part in (0, 3, 10, 14, 30, 31)]
    found = probe(write_video(tmp_path / "x.mp4", [still(n) for n in range(6)], times))
    assert found.constant_rate is False
    assert found.frames == 6


@pytest.mark.parametrize(("turn", "size"), [(0, (320, 240)), (90, (240, 320)), (180, (320, 240))])
def test_the_size_is_as_it_is_seen(tmp_path: Path, turn: int, size: tuple[int, int]) -> None:
    path = write_video(
        tmp_path / "x.mp4", [still(1)], prepare=lambda stream: stream.set_display_rotation(turn)
    )
    assert probe(path).size == size


@pytest.mark.parametrize(
    ("name", "codec"),
    [
        ("music.mp3", "libmp3lame"),
        ("music.m4a", "aac"),
        ("music.wav", "pcm_s16le"),
        ("music.ogg", "vorbis"),
        ("music.ogg", "libopus"),
        ("music.flac", "flac"),
    ],
)
def test_music_of_every_usual_kind_is_described(tmp_path: Path, name: str, codec: str) -> None:
    found = probe(write_sound(tmp_path / name, 2.5, codec), strict=True)
    assert (found.kind, found.size, found.frames) == ("audio", None, None)
    assert found.duration == pytest.approx(2.5, abs=0.1)
    assert found.sample_rate == 48000


def test_a_cover_picture_does_not_make_a_video_of_music(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "music.mp3", 1.0, "libmp3lame", cover=textured(64, 64))
    found = probe(path)
    assert (found.kind, found.has_audio) == ("audio", True)


def test_a_strict_reading_finds_what_a_quick_one_overlooks(video: Path, tmp_path: Path) -> None:
    content = bytearray(video.read_bytes())
    media = content.index(b"mdat") + 8
    damaged = slice(media + len(content[media:]) // 2, media + len(content[media:]) // 2 + 400)
    content[damaged] = np.random.default_rng(5).bytes(400)
    path = tmp_path / "damaged.mp4"
    path.write_bytes(content)
    assert probe(path).frames == 12
    with pytest.raises(NotAVideo, match="damaged"):
        probe(path, strict=True)


@pytest.mark.parametrize(
    ("name", "content", "failure"),
    [
        ("text.mp4", b"just some text\n" * 50, NotAVideo),
        ("empty.mp4", b"", NotAVideo),
        ("page.mp3", b"<html><body>Not found</body></html>", NotAVideo),
        ("zeros.mp4", bytes(5000), NotAVideo),
        ("list.mp4", b"ffconcat version 1.0\nfile 'other.mp4'\n", Unsupported),
    ],
)
def test_what_is_no_media_is_said(
    tmp_path: Path, name: str, content: bytes, failure: type[CompilerError]
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(failure):
        probe(tmp_path / name)


def test_what_an_edit_list_leaves_out_is_not_missing(tmp_path: Path) -> None:
    """A phone that cuts a video at its end keeps what it cut off, and only says how much is to be shown."""
    path = write_video(tmp_path / "cut.mp4", [still(number) for number in range(24)], tone=1.0)
    content = bytearray(path.read_bytes())
    for box in re.finditer(b"elst", bytes(content)):
        shown = slice(box.end() + 8, box.end() + 12)
        content[shown] = (int.from_bytes(content[shown]) // 2).to_bytes(4)
    path.write_bytes(content)
    found = probe(path)
    assert found.complete
    assert found.duration == pytest.approx(0.5, abs=0.1)
    path.write_bytes(content[: content.index(b"mdat") + 400])
    with pytest.raises(NotAVideo):
        probe(path)


def test_sounds_that_are_counted_one_by_one_are_not_missing(tmp_path: Path) -> None:
    """The header of such a file counts samples, of which a packet holds many."""
    path = write_sound(tmp_path / "sound.mov", 1.0, "pcm_s16le")
    assert probe(path).complete


def test_a_last_frame_of_which_a_part_is_missing_is_found(tmp_path: Path) -> None:
    path = write_video(
        tmp_path / "cut.mp4", [frame_of(textured(160, 120, 1))] * 6, options={"movflags": "faststart"}
    )
    assert probe(path).complete
    path.write_bytes(path.read_bytes()[:-1])
    assert not probe(path).complete


@pytest.mark.parametrize("name", ["http://127.0.0.1/x.mp4", "concat:a|b", "gone.mp4", "."])
def test_only_files_are_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(FileMissing):
        probe(tmp_path / name)


def test_formats_and_codecs_that_are_not_on_the_list_are_not_opened(tmp_path: Path) -> None:
    with pytest.raises(Unsupported, match="MP4"):
        probe(write_video(tmp_path / "x.avi", [still(1)], codec="mpeg4"))
    with pytest.raises(Unsupported, match="ffv1"):
        probe(write_video(tmp_path / "x.mkv", [still(1)], codec="ffv1"))


def test_a_picture_larger_than_we_take_is_not_decoded(tmp_path: Path) -> None:
    vast = VideoFrame(16384, 4096, "yuvj420p")
    path = write_video(tmp_path / "x.mkv", [vast], codec="mjpeg")
    with pytest.raises(InputTooLarge, match="larger"):
        probe(path)


def test_music_that_is_cut_within_its_head_is_refused(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "music.m4a", 1.0, "aac")
    path.write_bytes(path.read_bytes()[:900])
    with pytest.raises((NotAudio, NotAVideo)):
        probe(path)
