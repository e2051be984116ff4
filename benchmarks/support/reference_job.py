"""Reference job: the film that renderers are compared on.

N clips of 5 s, 1280×720, camera moves over photographs, 0.5 s crossfades, three minutes of music cut to
length with a 2 s fade. Clips are drawn once and kept.
"""

from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame
from PIL import Image, ImageDraw

from compiler.camera.moves import Move
from compiler.clips.animate import animate_photo
from compiler.subject import FramingChoice

SECONDS, RATE, FADE = 5, 24, 12
CENTRED = FramingChoice((0.5, 0.5))
_MUSIC_SECONDS = 180


@dataclass(frozen=True)
class Job:
    clips: list[Path]
    music: Path
    folder: Path

    @property
    def duration(self) -> float:
        return (len(self.clips) * SECONDS * RATE - (len(self.clips) - 1) * FADE) / RATE

    def output(self, name: str) -> Path:
        return self.folder / f"{name}-{len(self.clips)}.mp4"


def draw_photo(path: Path, number: int) -> None:
    """Clouds with the spectrum of natural pictures, things with edges before them, and grain."""
    generator = np.random.default_rng(number)
    width, height = 1920, 1080
    frequencies = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None])
    falling = np.maximum(frequencies, 1 / width) ** -1.3
    layers = []
    for _ in range(3):
        waves = np.fft.irfft2(np.fft.rfft2(generator.normal(size=(height, width))) * falling, (height, width))
        layers.append(120 + 45 * waves / waves.std())
    photo = Image.fromarray(np.clip(np.stack(layers, axis=2), 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(photo)
    for _ in range(25):
        x, y, reach = (int(generator.integers(*span)) for span in ((0, width), (0, height), (20, 160)))
        colour = tuple(int(part) for part in generator.integers(20, 235, 3))
        draw.ellipse((x - reach, y - reach // 2, x + reach, y + reach // 2), fill=colour)
    grain = generator.normal(0, 2.5, (height, width, 1))
    Image.fromarray(np.clip(np.asarray(photo) + grain, 0, 255).astype(np.uint8)).save(path, quality=92)


def draw_clip(path: Path, number: int) -> None:
    """What the app makes films of: a camera moving over a photograph."""
    photo = path.with_suffix(".jpg")
    draw_photo(photo, number)
    moves = list(Move)
    animate_photo(photo, path, (1280, 720), SECONDS, moves[number % len(moves)], CENTRED)


def draw_music(path: Path) -> None:
    rate = 44100
    times = np.arange(_MUSIC_SECONDS * rate) / rate
    beat = np.exp(-4 * (times % 0.5))
    noise = np.random.default_rng(1).normal(0, 0.02, (2, len(times)))
    chord = sum(np.sin(2 * np.pi * pitch * times) for pitch in (110, 220, 277.2, 329.6, 880)) / 8
    sounds = np.stack([chord * beat, np.roll(chord * beat, 400)]) + noise
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libmp3lame", rate=rate, layout="stereo")
        stream.bit_rate = 192_000
        frame = AudioFrame.from_ndarray(sounds.astype(np.float32), format="fltp", layout="stereo")
        frame.sample_rate = rate
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def prepare(count: int, folder: Path) -> Job:
    folder.mkdir(parents=True, exist_ok=True)
    clips = [folder / f"clip{number:02}.mp4" for number in range(count)]
    for number, clip in enumerate(clips):
        if not clip.exists():
            draw_clip(clip, number)
    music = folder / "music.mp3"
    if not music.exists():
        draw_music(music)
    return Job(clips, music, folder)
