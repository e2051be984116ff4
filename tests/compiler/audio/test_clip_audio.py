"""Clip audio: a clip's own sound is kept in time and in pitch, however it was recorded."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.audio.frame import AudioFrame

from compiler.audio.clip_audio import write_audio
from compiler.clips.conform import conform_clip
from tests.music.sounds import run_ffmpeg, tone
from tests.support.media.samples import sound_of, still, write_video

pytestmark = pytest.mark.slow

PITCH = 440


def recorded(path: Path, codec: str, rate: int, layout: str, seconds: float) -> Path:
    """A video with a tone that begins half a second after it."""
    with av.open(str(path), "w") as container:
        picture: Any = container.add_stream("libx264", rate=24)
        picture.width, picture.height, picture.pix_fmt = 320, 240, "yuv420p"
        sound: Any = container.add_stream(codec, rate=rate, layout=layout)
        for number in range(round(seconds * 24)):
            frame = still(number % 30)
            frame.pts, frame.time_base = number, Fraction(1, 24)
            container.mux(picture.encode(frame))
        container.mux(picture.encode(None))
        times = np.arange(round(seconds * rate)) / rate
        tone = np.where(times >= 0.5, 0.4 * np.sin(2 * np.pi * PITCH * times), 0)
        planar = sound.codec_context.format.is_planar
        wave = np.tile(tone, (sound.codec_context.layout.nb_channels, 1)).astype(np.float32)
        sounds = wave if planar else wave.T.reshape(1, -1)
        if sound.codec_context.format.bytes == 2:
            sounds = (sounds * 32767).astype(np.int16)
        whole = AudioFrame.from_ndarray(sounds, sound.codec_context.format.name, layout)
        whole.sample_rate, whole.pts = rate, 0
        container.mux(sound.encode(whole))
        container.mux(sound.encode(None))
    return path


@pytest.mark.parametrize(
    ("name", "codec", "rate", "layout"),
    [
        ("x.mp4", "aac", 44100, "stereo"),
        ("x.mp4", "aac", 22050, "mono"),
        ("x.mp4", "aac", 8000, "mono"),
        ("x.mp4", "aac", 48000, "5.1"),
        ("x.mp4", "aac", 96000, "stereo"),
        ("x.mov", "pcm_s16le", 32000, "stereo"),
    ],
)
def test_any_rate_and_any_number_of_channels(
    tmp_path: Path, name: str, codec: str, rate: int, layout: str
) -> None:
    source = recorded(tmp_path / name, codec, rate, layout, 1.5)
    written = write_audio(source, tmp_path / "sound.m4a", 36)
    assert written is not None
    heard = sound_of(written)
    assert len(heard) == pytest.approx(36 * 2000, abs=1024)
    loud = np.flatnonzero(np.abs(heard) > 0.1)
    assert loud[0] / 48000 == pytest.approx(0.5, abs=0.005)
    part = heard[36000:60000]
    assert np.argmax(np.abs(np.fft.rfft(part))) * 2 == pytest.approx(PITCH, abs=2)
    loudest = 0.85 if layout == "5.1" else 0.4  # the middle and the back are added to both sides
    assert np.abs(part).max() == pytest.approx(loudest, abs=0.12)


def test_a_video_without_sound_has_none(tmp_path: Path) -> None:
    source = write_video(tmp_path / "x.mp4", [still(1)] * 3)
    assert write_audio(source, tmp_path / "sound.m4a", 3) is None
    assert not (tmp_path / "sound.m4a").exists()
    assert conform_clip(source, tmp_path / "clip.mp4").audio is None


@pytest.mark.parametrize(("codec", "reason"), [("ac3", "encoded with ac3"), ("eac3", "encoded with eac3")])
def test_a_clip_whose_sound_is_not_taken_is_silent_and_says_why(
    tmp_path: Path, codec: str, reason: str
) -> None:
    made = conform_clip(recorded(tmp_path / "x.mp4", codec, 44100, "mono", 1.0), tmp_path / "clip.mp4")
    assert (made.frames, made.audio) == (24, None)
    assert reason in (made.unusable_sound or "")
    assert not (tmp_path / "clip.m4a").exists()


def test_a_clip_whose_sound_is_noise_is_silent_and_says_why(tmp_path: Path) -> None:
    source = recorded(tmp_path / "x.mp4", "aac", 48000, "stereo", 1.0)
    with av.open(str(source)) as media:
        places = [(packet.pos or 0, packet.size) for packet in media.demux(audio=0) if packet.size]
    content, chance = bytearray(source.read_bytes()), np.random.default_rng(7)
    for place, size in places:
        content[place : place + size] = chance.bytes(size)
    source.write_bytes(content)
    made = conform_clip(source, tmp_path / "clip.mp4")
    assert (made.frames, made.audio) == (24, None)
    assert made.unusable_sound is not None


def test_a_video_with_many_channels_keeps_the_first_two(tmp_path: Path) -> None:
    source = tmp_path / "x.mov"
    picture = write_video(tmp_path / "picture.mp4", [still(1)] * 24)
    sound = tone(tmp_path / "many.wav", seconds=1.0, channels=10)
    run_ffmpeg("-i", str(picture), "-i", str(sound), "-c", "copy", str(source))
    written = write_audio(source, tmp_path / "sound.m4a", 24)
    assert written is not None
    assert np.abs(sound_of(written)).max() > 0.1
