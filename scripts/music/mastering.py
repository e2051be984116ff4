"""Mastering of a recording: tone, gentle compression, loudness, true peak; then AAC."""

import re
import subprocess
from pathlib import Path

import imageio_ffmpeg
import numpy as np
from scipy.ndimage import minimum_filter1d
from scipy.signal import butter, fftconvolve, lfilter, resample_poly, sosfilt

from scripts.music.envelopes import RATE, fall
from scripts.music.score import Piece, Sound

LOUDNESS = -16.0
CEILING = -2.0
"""Of the recording, in dBTP: the AAC encoder may overshoot by most of a decibel."""
ENCODER = ("-c:a", "aac", "-b:a", "112k", "-aac_coder", "fast", "-aac_tns", "0")
"""The default coder is 10 to 15 dB noisier on these pieces, and its noise shaping ticks at soft attacks."""


def master(recording: Sound, warmth: float) -> Sound:
    """Brings a recording to −16 LUFS with no peak above the ceiling, and lets its end die away to silence."""
    sound = _toned(recording, warmth)
    sound *= (fall(len(sound), 2.5) ** 1.5)[:, None]
    sound = compress(sound * _gain(LOUDNESS - loudness(sound)))
    for _ in range(3):
        sound = limit(sound * _gain(LOUDNESS - loudness(sound)))
    return sound


def _gain(decibels: float) -> float:
    return float(10.0 ** (decibels / 20.0))


def _toned(sound: Sound, warmth: float) -> Sound:
    rumble = butter(2, 32.0, "highpass", fs=RATE, output="sos")
    air = butter(1, warmth, "lowpass", fs=RATE, output="sos")
    return np.asarray(sosfilt(air, sosfilt(rumble, sound, axis=0), axis=0))


def compress(sound: Sound, threshold: float = -19.0, ratio: float = 1.9, seconds: float = 0.14) -> Sound:
    """Slow compression that evens out phrases and leaves the attacks alone."""
    pole = np.exp(-1.0 / (seconds * RATE))
    power = lfilter([1.0 - pole], [1.0, -pole], np.mean(sound**2, axis=1))
    level = 10.0 * np.log10(power + 1e-10)
    over = np.maximum(0.0, level - threshold)
    reduction = over**2 / (over + 6.0) * (1.0 - 1.0 / ratio)
    return np.asarray(sound * (10.0 ** (-reduction / 20.0))[:, None])


def limit(sound: Sound, ceiling: float = CEILING) -> Sound:
    """Holds the true peak (four times oversampled) under the ceiling, looking ten milliseconds ahead."""
    reach = RATE // 100
    peaks = np.abs(resample_poly(sound, 4, 1, axis=0)).reshape(len(sound), 4, 2).max(axis=(1, 2))
    wanted = np.minimum(1.0, _gain(ceiling) / np.maximum(peaks, 1e-9))
    held = minimum_filter1d(wanted, 2 * reach + 1)
    window = np.hanning(2 * reach + 1)
    padded = np.pad(held, reach, mode="edge")
    return np.asarray(sound * fftconvolve(padded, window / window.sum(), "valid")[:, None])


def true_peak(sound: Sound) -> float:
    return float(20.0 * np.log10(np.abs(resample_poly(sound, 4, 1, axis=0)).max() + 1e-12))


def loudness(sound: Sound) -> float:
    """Integrated loudness by EBU R128, in LUFS."""
    command = [*_raw_input(), "-af", "ebur128=framelog=quiet", "-f", "null", "-"]
    report = subprocess.run(command, input=_bytes(sound), capture_output=True, check=True).stderr.decode()
    found = re.findall(r"I:\s+(-?[\d.]+) LUFS", report)
    if not found:
        raise ValueError(f"FFmpeg measured no loudness: {report[-500:]}")
    return float(found[-1])


def encode(sound: Sound, piece: Piece, output: Path) -> None:
    """AAC-LC in MP4, which every phone and browser plays, without the encoder's version in the file."""
    tags = {"title": piece.title, "artist": "Echoes", "genre": piece.mood, "copyright": "CC0-1.0"}
    metadata = [word for key, value in tags.items() for word in ("-metadata", f"{key}={value}")]
    command = [*_raw_input(), *ENCODER, *metadata, "-movflags", "+faststart"]
    command += ["-fflags", "+bitexact", "-flags:a", "+bitexact", "-y", str(output)]
    subprocess.run(command, input=_bytes(sound), capture_output=True, check=True)


def _raw_input() -> list[str]:
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    return [ffmpeg, "-hide_banner", "-nostats", "-f", "f32le", "-ar", str(RATE), "-ac", "2", "-i", "pipe:0"]


def _bytes(sound: Sound) -> bytes:
    return sound.astype("<f4").tobytes()
