"""Conforming (transcoding) of any video: each frame at its time, sound beside it, all or nothing."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from compiler.clips.conform import conform_clip
from compiler.codec.profile import SIZES, Size
from compiler.codec.verification import verify_clip
from compiler.errors import BadRequest, CompilerError, InputTooLarge, NotAVideo
from tests.compiler.quarters import corners, quartered
from tests.support.media.samples import decoded, number_of, sound_of, still, write_sound, write_video

pytestmark = pytest.mark.slow

SIZE = (1280, 720)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return tmp_path / "source.mp4"


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "clip.mp4"


@pytest.mark.parametrize("size", SIZES)
def test_every_size_comes_out_in_the_profile(source: Path, output: Path, size: Size) -> None:
    made = conform_clip(write_video(source, [quartered()] * 6), output, size)
    verify_clip(output, size, 6)
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


def test_sound_is_kept_beside_as_long_as_the_clip(source: Path, output: Path) -> None:
    made = conform_clip(write_video(source, [still(1)] * 12, tone=1.3), output)
    assert made.audio == output.with_suffix(".m4a")
    samples = sound_of(made.audio)
    assert len(samples) == pytest.approx(24000, abs=1024)
    assert np.sqrt(np.mean(samples[4000:20000] ** 2)) == pytest.approx(0.35, abs=0.03)
    verify_clip(output, SIZE, 12)


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
    monkeypatch.setattr("compiler.clips.conform.write_audio", failing)
    with pytest.raises(NotAVideo):
        conform_clip(source, output)
    assert list(output.parent.iterdir()) == [source]


def test_sound_never_takes_the_place_of_its_picture(source: Path, tmp_path: Path) -> None:
    write_video(source, [still(1)] * 4, tone=0.2)
    with pytest.raises(BadRequest, match="m4a"):
        conform_clip(source, tmp_path / "clip.m4a")
    assert list(tmp_path.iterdir()) == [source]


def _music(path: Path) -> Path:
    return write_sound(path.with_suffix(".m4a"), 0.5, "aac")


def _endless(path: Path) -> Path:
    return write_video(path, [still(1), still(2)], [Fraction(0), Fraction(100_000)])


@pytest.mark.parametrize(
    ("make", "options", "failure"),
    [
        (_music, {}, NotAVideo),
        (_endless, {}, InputTooLarge),
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
