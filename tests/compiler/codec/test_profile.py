"""The encoding profile: what makes copying of coded video possible."""

import errno
import resource
from pathlib import Path

import av
import pytest
from av.video.frame import VideoFrame

from compiler.codec.encoder import atomic_output, clip_writer, open_encoder, without_sei
from compiler.codec.profile import (
    SIZES,
    Effort,
    ParameterSets,
    Size,
    check_size,
    expected_parameter_sets,
    frame_count,
    keyframe_places,
    parse_parameter_sets,
)
from compiler.codec.verification import verify_clip
from compiler.errors import BadRequest, DiskFull, FileMissing, WrongProfile, readable_file_errors
from tests.support.media.samples import decoded, frame_of, number_of, still, textured, write_video

pytestmark = pytest.mark.slow

SIZE = (1280, 720)


def write_clip(path: Path, frames: list[VideoFrame], size: Size = SIZE) -> Path:
    with clip_writer(path, size, len(frames), threads=1) as writer:
        for frame in frames:
            writer.write(frame)
    return path


def _busy(seed: int = 1) -> VideoFrame:
    return frame_of(textured(*SIZE, seed))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("effort", Effort)
def test_every_effort_writes_the_same_parameter_sets(size: Size, effort: Effort) -> None:
    assert parse_parameter_sets(open_encoder(size, effort).extradata or b"") == expected_parameter_sets(size)


def test_sizes_have_different_parameter_sets() -> None:
    assert len({expected_parameter_sets(size) for size in SIZES}) == len(SIZES)


def parameter_sets(path: Path) -> ParameterSets:
    with av.open(str(path)) as container:
        return parse_parameter_sets(container.streams.video[0].codec_context.extradata or b"")


def test_parameter_sets_do_not_depend_on_the_picture(tmp_path: Path) -> None:
    grey = write_clip(tmp_path / "grey.mp4", [still(3, *SIZE)])
    busy = write_clip(tmp_path / "busy.mp4", [_busy()])
    assert parameter_sets(grey) == parameter_sets(busy) == expected_parameter_sets(SIZE)


def test_a_clip_of_another_encoder_is_told_apart(tmp_path: Path) -> None:
    other = write_video(tmp_path / "x.mp4", [still(1, *SIZE)])
    assert parameter_sets(other) != expected_parameter_sets(SIZE)


@pytest.mark.parametrize("broken", [b"", b"\x01", b"\x01dd\x00\x28\xff\xe1\x00\xff", b"\0\0\0\1"])
def test_broken_parameter_sets_are_refused(broken: bytes) -> None:
    with pytest.raises(WrongProfile):
        parse_parameter_sets(broken)


@pytest.mark.parametrize(
    ("frames", "places"),
    [(120, {0, 12, 24, 96, 108}), (48, {0, 12, 24, 36}), (30, {0, 6, 12, 18, 24}), (12, {0}), (1, {0})],
)
def test_keyframes_are_where_the_usual_transitions_begin_and_end(frames: int, places: set[int]) -> None:
    assert keyframe_places(frames) == places


def test_a_written_clip_passes_its_proof_and_has_every_frame(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4", [still(number, *SIZE) for number in range(26)])
    verify_clip(path, SIZE, 26)
    assert [number_of(luma) for luma, _, _ in decoded(path)] == list(range(26))


def test_decoding_from_any_keyframe_needs_nothing_before_it(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "clip.mp4", [still(number, *SIZE) for number in range(30)])
    with av.open(str(path)) as container:
        for place in sorted(keyframe_places(30)):
            container.seek(place * 512, stream=container.streams.video[0])
            first = next(container.decode(video=0))
            assert first.pts == place * 512
            assert number_of(first.to_ndarray()[:720]) == place


def test_the_sample_descriptions_of_clips_are_byte_equal(tmp_path: Path) -> None:
    paths = [write_clip(tmp_path / f"{n}.mp4", [still(n, *SIZE)] * (n + 1)) for n in range(2)]
    first, second = (path.read_bytes() for path in paths)
    start, length = first.index(b"stsd") - 4, int.from_bytes(first[first.index(b"stsd") - 4 :][:4])
    assert first[start : start + length] in second


@pytest.mark.parametrize("fault", ["frames", "size", "encoder", "truncated"])
def test_the_proof_fails_for_what_is_not_right(tmp_path: Path, fault: str) -> None:
    path = write_clip(tmp_path / "clip.mp4", [still(number, *SIZE) for number in range(13)])
    frames, size = 13, SIZE
    match fault:
        case "frames":
            frames = 14
        case "size":
            size = (720, 1280)
        case "encoder":
            write_video(path, [still(number, *SIZE) for number in range(13)])
        case "truncated":
            path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(WrongProfile, match="clip"):
        verify_clip(path, size, frames, WrongProfile)


def test_segments_lose_what_the_encoder_says_about_itself() -> None:
    encoder = open_encoder(SIZE, Effort.FAST)
    frame = still(1, *SIZE)
    frame.pts = 0
    packets = encoder.encode(frame) + encoder.encode(None)
    raw = bytes(packets[0])
    assert b"x264" in raw
    assert b"x264" not in without_sei(raw)
    assert raw.endswith(without_sei(raw)[4:])


def test_only_the_known_sizes_are_taken() -> None:
    assert check_size((720, 1280)) == (720, 1280)
    with pytest.raises(BadRequest, match="1280×720"):
        check_size((640, 480))


def test_durations_become_the_nearest_whole_frames() -> None:
    assert [frame_count(seconds) for seconds in (5.0, 1.02, 0.0)] == [120, 24, 1]


def test_an_output_appears_only_when_it_is_whole(tmp_path: Path) -> None:
    output = tmp_path / "clip.mp4"
    output.write_text("before")
    with pytest.raises(RuntimeError), atomic_output(output) as part:
        part.write_text("half")
        raise RuntimeError
    assert output.read_text() == "before"
    with atomic_output(output) as part:
        part.write_text("whole")
    assert output.read_text() == "whole"
    assert list(tmp_path.iterdir()) == [output]


def test_a_full_disk_is_said_and_leaves_nothing_behind(tmp_path: Path) -> None:
    noise = [_busy(seed) for seed in range(3)]
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(
        resource.RLIMIT_FSIZE, (20_000, before[1])
    )  # a write beyond it fails as on a full disk
    try:
        with pytest.raises(DiskFull, match="room"), atomic_output(tmp_path / "clip.mp4") as part:
            write_clip(part, noise)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.iterdir()) == []


def test_a_missing_file_is_said() -> None:
    with pytest.raises(FileMissing), readable_file_errors():
        raise FileNotFoundError(errno.ENOENT, "gone")


def test_an_output_that_may_not_be_written_is_said(tmp_path: Path) -> None:
    longest = "x" * 251 + ".mp4"
    with atomic_output(tmp_path / longest) as part:
        part.write_text("a name as long as may be")
    (tmp_path / longest).unlink()
    with pytest.raises(FileMissing, match="cannot be used"), atomic_output(tmp_path / f"x{longest}") as part:
        part.write_text("a name that is too long")
    assert list(tmp_path.iterdir()) == []
