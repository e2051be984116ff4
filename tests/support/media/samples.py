"""Small photographs and videos of known content, and a look into the files that come out."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.stream import Disposition
from av.video.frame import VideoFrame
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]


def textured(width: int, height: int, seed: int = 1) -> Image.Image:
    """A picture with detail of every scale, the same for the same seed."""
    return _textured(width, height, seed).copy()


@lru_cache(16)
def _textured(width: int, height: int, seed: int) -> Image.Image:
    chance = np.random.default_rng(seed)
    total = np.zeros((height, width, 3))
    for cells in (4, 16, 64, 400):
        rows = max(2, cells * height // max(width, height))
        noise = chance.integers(0, 256, (rows, max(2, cells), 3), np.uint8)
        total += np.asarray(Image.fromarray(noise).resize((width, height), Image.Resampling.BICUBIC), float)
    return Image.fromarray((total / 4).astype(np.uint8))


def save_photo(path: Path, image: Image.Image, **options: Any) -> Path:
    image.save(path, **options)
    return path


def still(number: int, width: int = 320, height: int = 240, pixel_format: str = "yuv420p") -> VideoFrame:
    """A frame whose grey tells its number: see `number_of`."""
    grey = np.full((height, width, 3), 8 * number + 4, np.uint8)
    return VideoFrame.from_ndarray(grey, "rgb24").reformat(format=pixel_format, dst_colorspace="ITU709")


def frame_of(image: Image.Image, pixel_format: str = "yuv420p") -> VideoFrame:
    return VideoFrame.from_ndarray(np.asarray(image), "rgb24").reformat(format=pixel_format)


def number_of(luma: NDArray[Any]) -> int:
    """Which `still` a decoded limited-range frame shows."""
    return round(((float(np.median(luma)) - 16) * 255 / 219 - 4) / 8)


def restless(seconds: int) -> list[VideoFrame]:
    """Small pictures, another one every quarter of a second."""
    frames = [frame_of(textured(320, 180, seed)) for seed in range(4)]
    return [frames[number // 6 % 4] for number in range(24 * seconds)]


def write_video(
    path: Path,
    frames: Sequence[VideoFrame],
    times: Sequence[Fraction] | None = None,
    codec: str = "libx264",
    prepare: Callable[[Any], None] | None = None,
    options: dict[str, str] | None = None,
    tone: float = 0,
    tone_from: float = 0,
) -> Path:
    """Encode frames at their times (24 a second by default), with a tone of so many seconds beside them."""
    times = times or [Fraction(number, 24) for number in range(len(frames))]
    with av.open(str(path), "w", options=options or {}) as container:
        stream: Any = container.add_stream(codec, rate=24)
        stream.width, stream.height, stream.pix_fmt = frames[0].width, frames[0].height, frames[0].format.name
        stream.codec_context.time_base = Fraction(1, 12000)
        if prepare:
            prepare(stream)
        sound: Any = container.add_stream("aac", rate=48000, layout="mono") if tone else None
        for frame, time in zip(frames, times, strict=True):
            frame.pts, frame.time_base = round(time * 12000), Fraction(1, 12000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if sound:
            _write_tone(container, sound, tone, tone_from)
    return path


def _write_tone(container: Any, sound: Any, seconds: float, start: float) -> None:
    wave = np.sin(np.arange(round(seconds * 48000)) * 2 * np.pi * 440 / 48000, dtype=np.float32) / 2
    resampler = AudioResampler(sound.codec_context.format, sound.codec_context.layout, 48000)
    for first in range(0, len(wave), 1024):
        frame = AudioFrame.from_ndarray(wave[None, first : first + 1024], "fltp", "mono")
        frame.sample_rate, frame.time_base = 48000, Fraction(1, 48000)
        frame.pts = round(start * 48000) + first
        for converted in resampler.resample(frame):
            container.mux(sound.encode(converted))
    container.mux(sound.encode(None))


def write_sound(path: Path, seconds: float, codec: str, cover: Image.Image | None = None) -> Path:
    """A tone, and perhaps the picture of an album."""
    with av.open(str(path), "w") as container:
        options = {"strict": "experimental"}  # FFmpeg's own Vorbis encoder wants to hear that
        sound: Any = container.add_stream(codec, rate=48000, layout="stereo", options=options)
        if cover:
            picture: Any = container.add_stream("png", rate=1)
            picture.width, picture.height, picture.pix_fmt = cover.width, cover.height, "rgb24"
            picture.disposition = Disposition.attached_pic
            for packet in picture.encode(frame_of(cover, "rgb24")) + picture.encode(None):
                container.mux(packet)
        _write_tone(container, sound, seconds, 0)
    return path


def decoded(path: Path) -> list[tuple[Pixels, Pixels, Pixels]]:
    """Every frame of a clip as its three planes."""
    with av.open(str(path)) as container:
        return [planes(frame) for frame in container.decode(video=0)]


def planes(frame: VideoFrame) -> tuple[Pixels, Pixels, Pixels]:
    whole = np.asarray(frame.to_ndarray(), np.uint8).ravel()
    luma = frame.width * frame.height
    half = (frame.height // 2, frame.width // 2)
    first, second = whole[luma : luma * 5 // 4], whole[luma * 5 // 4 :]
    return whole[:luma].reshape(frame.height, frame.width), first.reshape(half), second.reshape(half)


def sound_of(path: Path) -> NDArray[np.float32]:
    """All samples of the first channel."""
    with av.open(str(path)) as container:
        return np.concatenate([np.asarray(frame.to_ndarray())[0] for frame in container.decode(audio=0)])


def signal_to_noise(first: NDArray[Any], second: NDArray[Any]) -> float:
    """PSNR in decibels."""
    error = np.mean((first.astype(float) - second.astype(float)) ** 2)
    return float(10 * np.log10(255**2 / max(error, 1e-9)))


def displacement(frame: Pixels, reference: NDArray[np.float64]) -> float:
    """How many pixels a frame lies off a reference that it nearly equals: least squares on the slopes."""
    inside = (slice(40, -40), slice(40, -40))
    down = np.gradient(reference, axis=0)[inside].ravel()
    across = np.gradient(reference, axis=1)[inside].ravel()
    difference = (frame.astype(np.float64) - reference)[inside].ravel()
    normal = np.array([[down @ down, down @ across], [down @ across, across @ across]])
    return float(np.hypot(*np.linalg.solve(normal, [down @ difference, across @ difference])))
