"""Films by this renderer, by FFmpeg's xfade chain, by MoviePy and by stream copy, on the same job.

    python benchmarks/render.py --clips 3 10 30 --runs 3 --contenders cold warm moved chain copy

The job: N clips of 5 s, 1280×720, camera moves over photographs, 0.5 s crossfades, three minutes of music
cut to length with a 2 s fade. Clips are drawn once and kept in --folder.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import av
import imageio_ffmpeg
import numpy as np
from av.audio.frame import AudioFrame
from PIL import Image, ImageDraw

from compiler.animate import animate_photo
from compiler.moves import Move

SECONDS, RATE, FADE = 5, 24, 12
FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()
MUSIC_SECONDS = 180


@dataclass(frozen=True)
class Cost:
    """Seconds of wall and processor time; the peak of all the tree's resident memory in MB."""

    wall: float
    processor: float
    memory: float


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
    animate_photo(photo, path, (1280, 720), SECONDS, moves[number % len(moves)], (0.5, 0.5))


def draw_music(path: Path) -> None:
    rate = 44100
    times = np.arange(MUSIC_SECONDS * rate) / rate
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


# The contenders: each returns a command to be timed, having made ready what is not to be timed.


def _request(job: Job, name: str, clips: list[Path], quality: str = "fast") -> list[str]:
    request = {
        "output": str(job.output(name)),
        "shots": [{"clip": str(clip)} for clip in clips],
        "transitions": [{"kind": "crossfade", "duration": FADE / RATE}],
        "soundtrack": {"music": str(job.music), "fade_out": 2.0, "normalise": False},
        "cache": str(job.folder / "cache"),
        "quality": quality,
    }
    path = job.folder / f"{name}.json"
    path.write_text(json.dumps(request))
    return [sys.executable, "-m", "compiler", "render", str(path)]


def _empty_cache(job: Job) -> None:
    shutil.rmtree(job.folder / "cache", ignore_errors=True)


def cold(job: Job) -> list[str]:
    _empty_cache(job)
    return _request(job, "cold", job.clips)


def quality(job: Job) -> list[str]:
    _empty_cache(job)
    return _request(job, "quality", job.clips, "quality")


def warm(job: Job) -> list[str]:
    _run_untimed(_request(job, "warm", job.clips))
    return _request(job, "warm", job.clips)


def moved(job: Job) -> list[str]:
    _empty_cache(job)
    _run_untimed(_request(job, "moved", job.clips))
    clips = list(job.clips)
    clips.append(clips.pop(len(clips) // 3))
    return _request(job, "moved", clips)


def _chain(job: Job, preset: str) -> list[str]:
    inputs = [argument for clip in job.clips for argument in ("-i", str(clip))]
    steps, last = [], "0:v"
    for number in range(1, len(job.clips)):
        offset = number * (SECONDS - FADE / RATE)
        steps.append(f"[{last}][{number}:v]xfade=fade:duration={FADE / RATE}:offset={offset}[x{number}]")
        last = f"x{number}"
    steps.append(f"[{last}]format=yuv420p[v]")
    fade = f"atrim=0:{job.duration},afade=out:st={job.duration - 2}:d=2"
    steps.append(f"[{len(job.clips)}:a]{fade}[a]")
    video = ["-c:v", "libx264", "-preset", preset, "-crf", "18", "-profile:v", "high"]
    audio = ["-c:a", "aac", "-b:a", "192k", "-movflags", "+faststart"]
    maps = ["-filter_complex", ";".join(steps), "-map", "[v]", "-map", "[a]"]
    output = str(job.output(f"chain-{preset}"))
    return [FFMPEG, "-v", "error", "-y", *inputs, "-i", str(job.music), *maps, *video, *audio, output]


def chain(job: Job) -> list[str]:
    return _chain(job, "medium")


def chain_veryfast(job: Job) -> list[str]:
    return _chain(job, "veryfast")


def _concatenated(job: Job) -> list[str]:
    names = job.folder / "concat.txt"
    names.write_text("".join(f"file '{clip}'\n" for clip in job.clips))
    return [FFMPEG, "-v", "error", "-y", "-f", "concat", "-safe", "0", "-i", str(names)]


def copy(job: Job) -> list[str]:
    return [*_concatenated(job), "-c", "copy", "-movflags", "+faststart", str(job.output("copy"))]


def copy_audio(job: Job) -> list[str]:
    duration = len(job.clips) * SECONDS
    fade = ["-af", f"atrim=0:{duration},afade=out:st={duration - 2}:d=2"]
    streams = ["-i", str(job.music), "-map", "0:v", "-map", "1:a", "-c:v", "copy", "-c:a", "aac", *fade]
    output = str(job.output("copy-audio"))
    return [*_concatenated(job), *streams, "-b:a", "192k", "-shortest", "-movflags", "+faststart", output]


_MOVIEPY = """
import sys
from moviepy import AudioFileClip, CompositeVideoClip, VideoFileClip, afx, vfx
output, music, *names = sys.argv[1:]
clips = [VideoFileClip(name) for name in names]
placed = [clips[0]] + [
    clip.with_start(n * 4.5).with_effects([vfx.CrossFadeIn(0.5)]) for n, clip in enumerate(clips[1:], 1)
]
film = CompositeVideoClip(placed)
sound = AudioFileClip(music).subclipped(0, film.duration).with_effects([afx.AudioFadeOut(2)])
film.with_audio(sound).write_videofile(
    output, codec="libx264", preset="medium", audio_codec="aac", ffmpeg_params=["-crf", "18"], logger=None
)
"""


def moviepy(job: Job) -> list[str]:
    names = [str(clip) for clip in job.clips]
    return [sys.executable, "-c", _MOVIEPY, str(job.output("moviepy")), str(job.music), *names]


CONTENDERS: dict[str, Callable[[Job], list[str]]] = {
    "cold": cold,
    "warm": warm,
    "moved": moved,
    "quality": quality,
    "chain": chain,
    "chain-veryfast": chain_veryfast,
    "moviepy": moviepy,
    "copy-audio": copy_audio,
    "copy": copy,
}


def _run_untimed(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def measure(command: list[str]) -> Cost:
    began = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    peak, ended = [0.0], threading.Event()
    watcher = threading.Thread(target=_watch, args=(child.pid, peak, ended))
    watcher.start()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.monotonic() - began
    ended.set()
    watcher.join()
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{command[0]} … failed with {child.returncode}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, peak[0])


def _watch(root: int, peak: list[float], ended: threading.Event) -> None:
    while not ended.wait(0.02):
        peak[0] = max(peak[0], sum(map(_resident, _tree(root))))


def _tree(root: int) -> list[int]:
    try:
        text = Path(f"/proc/{root}/task/{root}/children").read_text()
    except OSError:
        return [root]
    return [root, *(pid for child in text.split() for pid in _tree(int(child)))]


def _resident(pid: int) -> float:
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def middle(costs: list[Cost]) -> Cost:
    return Cost(
        statistics.median(cost.wall for cost in costs),
        statistics.median(cost.processor for cost in costs),
        max(cost.memory for cost in costs),
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clips", type=int, nargs="+", default=[3, 10, 30])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--contenders", nargs="+", choices=CONTENDERS, default=list(CONTENDERS))
    parser.add_argument("--folder", type=Path, default=Path("data/benchmarks/render"))
    options = parser.parse_args()
    contenders = [name for name in options.contenders if name != "moviepy" or find_spec("moviepy")]
    print("| clips | contender | wall s | processor s | peak MB |\n|---|---|---|---|---|")
    for count in options.clips:
        job = prepare(count, options.folder.resolve())
        costs = {name: middle(_measured(name, job, options.runs)) for name in contenders}
        for name, cost in costs.items():
            print(f"| {count} | {name} | {cost.wall:.2f} | {cost.processor:.2f} | {cost.memory:.0f} |")
        _compare(costs)


def _measured(name: str, job: Job, runs: int) -> list[Cost]:
    return [measure(CONTENDERS[name](job)) for _ in range(runs)]


def _compare(costs: dict[str, Cost]) -> None:
    """The ratios that the project has set itself."""
    for name, base in (
        ("cold", "chain"),
        ("warm", "chain"),
        ("quality", "chain"),
        ("cold", "moviepy"),
        ("warm", "copy"),
        ("moved", "copy"),
    ):
        if name in costs and base in costs:
            ratio = costs[base].wall / costs[name].wall
            words = f"{ratio:.1f} times as fast as" if ratio > 1 else f"{1 / ratio:.2f} times as long as"
            print(f"{name}: {words} {base}", flush=True)


if __name__ == "__main__":
    main()
