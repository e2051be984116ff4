"""Render time of films by this renderer, FFmpeg's xfade chain, MoviePy and stream copy, on the same job.

    python -m benchmarks.rendering.render --clips 3 10 30 --runs 3 --contenders cold warm moved chain copy

The job is that of benchmarks/support/reference_job.py; its clips are kept in --folder. Contenders take turns,
so that a busy moment of the machine hits all of them. MoviePy is not among the project's dependencies.
"""

import argparse
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import imageio_ffmpeg

from benchmarks.support.measuring import Cost, measure, middle
from benchmarks.support.reference_job import FADE, RATE, SECONDS, Job, prepare

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()

# Who is compared with whom: the ratios that the project has set itself.
COMPARED = (
    ("cold", "chain"),
    ("warm", "chain"),
    ("quality", "chain"),
    ("cold", "moviepy"),
    ("warm", "copy"),
    ("moved", "copy"),
)

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


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clips", type=int, nargs="+", default=[3, 10, 30])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--contenders", nargs="+", choices=CONTENDERS, default=list(CONTENDERS))
    parser.add_argument("--folder", type=Path, default=Path("data/benchmarks/render"))
    options = parser.parse_args()
    contenders = list(options.contenders)
    if "moviepy" in contenders and not find_spec("moviepy"):
        print("MoviePy is left out: it is not installed here (pip install moviepy).")
        contenders.remove("moviepy")
    print("| clips | contender | wall s | processor s | peak MB |\n|---|---|---|---|---|")
    for count in options.clips:
        job = prepare(count, options.folder.resolve())
        rounds = [{name: measure(CONTENDERS[name](job)) for name in contenders} for _ in range(options.runs)]
        costs = {name: middle([costs[name] for costs in rounds]) for name in contenders}
        for name, cost in costs.items():
            print(f"| {count} | {name} | {cost.wall:.2f} | {cost.processor:.2f} | {cost.memory:.0f} |")
        for name, base in COMPARED:
            if name in costs and base in costs:
                print(f"{name}: {_compared(costs[name], costs[base], base)}", flush=True)


def _compared(cost: Cost, base: Cost, name: str) -> str:
    ratio, share = base.wall / cost.wall, cost.processor / base.processor
    words = f"{ratio:.1f} times as fast as" if ratio > 1 else f"{1 / ratio:.2f} times as long as"
    return f"{words} {name}, with {share:.1%} of its processor time"


if __name__ == "__main__":
    main()
