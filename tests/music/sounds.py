"""Short pieces of music in every format that people have, made by the bundled FFmpeg."""

import math
import subprocess
import wave
from pathlib import Path

import imageio_ffmpeg

SECRET = "recorded at 12 Lilac Lane"
ENCODERS = {"mp3": "libmp3lame", "m4a": "aac", "ogg": "libvorbis", "flac": "flac"}


def run_ffmpeg(*arguments: str) -> None:
    program = imageio_ffmpeg.get_ffmpeg_exe()
    subprocess.run([program, "-nostdin", "-loglevel", "error", "-y", *arguments], check=True)


def tone(path: Path, seconds: float = 2.0, channels: int = 2) -> Path:
    if path.suffix == ".wav":
        return _wave(path, seconds, channels)
    codec = ("-c:a", ENCODERS[path.suffix.removeprefix(".")])
    sine = f"sine=frequency=440:duration={seconds}:sample_rate=44100"
    words = ("-metadata", f"title={SECRET}", "-metadata", f"comment={SECRET}")
    run_ffmpeg("-f", "lavfi", "-i", sine, "-ac", str(channels), *codec, *words, str(path))
    return path


def _wave(path: Path, seconds: float, channels: int) -> Path:
    """Needs no FFmpeg, which takes a while to start."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(44100)
        swing = (int(9000 * math.sin(step / 50 * math.pi)) for step in range(100))
        period = b"".join(value.to_bytes(2, "little", signed=True) * channels for value in swing)
        file.writeframes(period * int(seconds * 441))
    return path


def with_cover(path: Path, picture: Path) -> Path:
    """As music players sell it: the cover is a stream of its own."""
    song = tone(path.with_name("plain" + path.suffix))
    streams = ("-map", "0:a", "-map", "1:v", "-c", "copy", "-disposition:v:0", "attached_pic")
    run_ffmpeg("-i", str(song), "-i", str(picture), *streams, str(path))
    return path


def video(path: Path) -> Path:
    picture, sound = "testsrc=size=64x64:rate=24:duration=2", "sine=duration=2"
    run_ffmpeg("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, "-pix_fmt", "yuv420p", str(path))
    return path
