"""MP4 writer: both tracks end together, however long and by whatever copying."""

import errno
import os
from pathlib import Path

import av
import numpy as np
import pytest
from av.audio.frame import AudioFrame

from compiler.container import mp4_writer
from compiler.container.mp4_reader import SampleTable, read_sample_table
from compiler.container.mp4_writer import AUDIO_FRAME, AUDIO_RATE, AudioTrack, Sample, VideoTrack, write_film
from tests.compiler.films import decoded, length_of_sound, same

pytestmark = pytest.mark.slow

FRAMES_OF_CLIP = 36


def pictures(table: SampleTable, rounds: int) -> VideoTrack:
    """The whole clip, again and again."""
    samples = [
        Sample(
            table.path,
            table.offsets[n],
            table.sizes[n],
            start + table.presentation_order[n],
            n in table.keyframes,
        )
        for start in range(0, rounds * table.frames, table.frames)
        for n in range(table.frames)
    ]
    return VideoTrack(table.size, table.configuration, samples)


@pytest.fixture(scope="module")
def table(clips: list[Path]) -> SampleTable:
    return read_sample_table(clips[0])


def silence(folder: Path, length: int) -> AudioTrack:
    """One coded frame of silence, as often as it takes."""
    encoder = av.CodecContext.create("aac", "w")
    encoder.sample_rate, encoder.layout, encoder.format = AUDIO_RATE, "stereo", "fltp"
    encoder.flags |= av.codec.context.Flags.global_header
    frame = AudioFrame.from_ndarray(np.zeros((2, AUDIO_FRAME), np.float32), format="fltp", layout="stereo")
    frame.sample_rate = AUDIO_RATE
    packet = bytes([*encoder.encode(frame), *encoder.encode(None)][0])
    path = folder / "silence"
    path.write_bytes(packet)
    count = -(-length // AUDIO_FRAME) + 1
    return AudioTrack(encoder.extradata or b"", [Sample(path, 0, len(packet))] * count, length)


def write(output: Path, video: VideoTrack, audio: AudioTrack | None = None) -> Path:
    write_film(output, video, audio, lambda: None)
    return output


def test_after_half_an_hour_pictures_and_sound_still_end_together(table: SampleTable, tmp_path: Path) -> None:
    video = pictures(table, 30 * 60 * 24 // FRAMES_OF_CLIP)
    film = write(tmp_path / "film.mp4", video, silence(tmp_path, 30 * 60 * AUDIO_RATE))
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        times = sorted(packet.pts for packet in container.demux(stream) if packet.pts is not None)
        assert container.duration == 30 * 60 * 1_000_000
    assert times == [512 * number for number in range(30 * 60 * 24)]
    assert length_of_sound(film) == 30 * 60 * AUDIO_RATE


def test_sound_never_lies_far_from_its_pictures(table: SampleTable, tmp_path: Path) -> None:
    film = write(tmp_path / "film.mp4", pictures(table, 40), silence(tmp_path, 60 * AUDIO_RATE))
    reached = {"video": 0.0, "audio": 0.0}
    with av.open(str(film)) as container:
        places = [
            (packet.pos or 0, packet.stream.type, float((packet.dts or 0) * packet.time_base))
            for packet in container.demux()
            if packet.size
        ]
    for _, kind, time in sorted(places):
        reached[kind] = time
        assert abs(reached["video"] - reached["audio"]) < 1.5


def test_where_the_kernel_cannot_copy_the_film_is_the_same(
    table: SampleTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: object, **others: object) -> int:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    video = pictures(table, 2)
    by_the_kernel = write(tmp_path / "one.mp4", video).read_bytes()
    monkeypatch.setattr(os, "copy_file_range", refuse)
    assert write(tmp_path / "two.mp4", video).read_bytes() == by_the_kernel


def test_offsets_of_a_film_beyond_four_gigabytes_are_read_as_well(
    table: SampleTable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = write(tmp_path / "short.mp4", pictures(table, 1))
    monkeypatch.setattr(mp4_writer, "_WIDE_OFFSETS_FROM", 0)
    wide = write(tmp_path / "wide.mp4", pictures(table, 1))
    assert b"co64" in wide.read_bytes()
    assert all(same(*pair) for pair in zip(decoded(short), decoded(wide), strict=True))
