"""Cost and smoothness of camera moves over a photograph.

Compares `animate_photo` with encoding alone (the floor) and with FFmpeg's zoompan, also after
scaling up fourfold, the usual remedy for its jitter:

    python benchmarks/rendering/animate.py [--rounds 3] [--seconds 5]

The motion error is how far, in pixels, a frame lies off the place where the move wants it: found
by correlation with a reference that is resampled from the photograph in floating point.
"""

import argparse
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import imageio_ffmpeg
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from skimage.registration import phase_cross_correlation

from compiler.camera.moves import ZOOM, Crop, Move, plan_path
from compiler.camera.scene import Scene
from compiler.clips.animate import animate_photo
from compiler.codec.encoder import clip_writer
from compiler.subject import FramingChoice

FRAME = (1280, 720)
PHOTO = (4096, 2304)  # of the frame's shape, as zoompan stretches any other
MIDDLE = (0.5, 0.5)
ENCODER = ["-c:v", "libx264", "-preset", "medium", "-crf", "18", "-pix_fmt", "yuv420p"]

EVERY = 4  # of so many frames, one is measured

Luma = NDArray[np.float64]


@dataclass(frozen=True)
class Method:
    name: str
    make: Callable[[Path], object]
    crops: list[Crop]


@dataclass(frozen=True)
class Cost:
    """Seconds of wall and of processor time, those of started programs included."""

    wall: float
    processor: float


@dataclass(frozen=True)
class Figures:
    cost: Cost
    error: float
    worst: float


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--seconds", type=float, default=5.0)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), chosen.rounds, chosen.seconds)


def measure(folder: Path, rounds: int, seconds: float) -> None:
    photo = folder / "photo.jpg"
    textured().save(photo, quality=92)
    frames = round(seconds * 24)
    image = Image.open(photo).convert("RGB")
    methods = [*ours(photo, image, frames, seconds), *zoompans(photo, frames)]
    costs: dict[str, list[Cost]] = {method.name: [] for method in methods}
    for _ in range(rounds):  # in turn, so that a busy moment of the machine hits all of them
        for method in methods:
            costs[method.name].append(timed(method, folder))
    luma = np.asarray(image, np.float32) @ np.array([0.2126, 0.7152, 0.0722], np.float32) * 219 / 255 + 16
    reference = Image.fromarray(luma)
    report(
        {
            method.name: Figures(
                Cost(
                    statistics.median(cost.wall for cost in costs[method.name]),
                    statistics.median(cost.processor for cost in costs[method.name]),
                ),
                *motion_error(folder / f"{method.name}.mp4", reference, method.crops),
            )
            for method in methods
        }
    )


def timed(method: Method, folder: Path) -> Cost:
    wall, processor = time.perf_counter(), processor_seconds()
    method.make(folder / f"{method.name}.mp4")
    return Cost(time.perf_counter() - wall, processor_seconds() - processor)


def processor_seconds() -> float:
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def ours(photo: Path, image: Image.Image, frames: int, seconds: float) -> list[Method]:
    path = plan_path(Move.PUSH_IN, image.size, FRAME, MIDDLE)
    crops = [path.at(number / (frames - 1)) for number in range(frames)]
    scene = Scene(image, path, FRAME)
    made = [scene.frame(crop) for crop in crops]

    def encode_alone(output: Path) -> None:
        with clip_writer(output, FRAME, frames) as writer:
            for frame in made:
                writer.write(frame)

    def animate(output: Path, focus: tuple[float, float] | None) -> None:
        animate_photo(photo, output, FRAME, seconds, Move.PUSH_IN, FramingChoice(focus))

    return [
        Method("encoding alone", encode_alone, crops),
        Method("animate_photo", lambda output: animate(output, MIDDLE), crops),
        Method("the same, subject unknown", lambda output: animate(output, None), []),
    ]


def zoompans(photo: Path, frames: int) -> list[Method]:
    """The same push at a constant ratio per frame, which is what zoompan's language can say."""
    crops = []
    for number in range(frames):
        zoom = ZOOM ** (number / (frames - 1))
        crops.append(Crop(PHOTO[0] / 2, PHOTO[1] / 2, PHOTO[0] / zoom, PHOTO[1] / zoom))
    move = (
        f"zoompan=z='pow({ZOOM},on/{frames - 1})':x='iw/2-iw/zoom/2':y='ih/2-ih/zoom/2'"
        f":d={frames}:s={FRAME[0]}x{FRAME[1]}:fps=24"
    )

    def run(filters: str, output: Path) -> None:
        program = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", "-i", str(photo), "-vf", filters]
        subprocess.run([*program, "-frames:v", str(frames), *ENCODER, str(output)], check=True)

    small = f"scale={FRAME[0]}:{FRAME[1]}:flags=lanczos,"
    large = f"scale={4 * FRAME[0]}:{4 * FRAME[1]}:flags=lanczos,"
    return [
        Method("zoompan", lambda output: run(small + move, output), crops),
        Method("zoompan, 4 times larger", lambda output: run(large + move, output), crops),
    ]


def motion_error(clip: Path, reference: Image.Image, crops: list[Crop]) -> tuple[float, float]:
    """Root mean square and worst, without what is the same in all frames and so does not move."""
    if not crops:
        return float("nan"), float("nan")
    found = []
    for luma, crop in list(zip(lumas(clip), crops, strict=True))[::EVERY]:
        wanted = reference.resize(FRAME, Image.Resampling.BICUBIC, inside(crop))
        found.append(displacement(luma, np.asarray(wanted, np.float64)))
    errors = np.hypot(*(np.array(found) - np.mean(found, axis=0)).T)
    return float(np.sqrt(np.mean(errors**2))), float(errors.max())


def inside(crop: Crop) -> tuple[float, float, float, float]:
    left, top, right, bottom = crop.box
    return max(0.0, left), max(0.0, top), min(float(PHOTO[0]), right), min(float(PHOTO[1]), bottom)


def displacement(frame: Luma, reference: Luma) -> NDArray[np.float64]:
    """Down and across, of the middle of the frame."""
    middle = (slice(104, -104), slice(384, -384))
    window = np.outer(np.hanning(512), np.hanning(512))
    pair = [(picture[middle] - reference[middle].mean()) * window for picture in (reference, frame)]
    shift, _, _ = phase_cross_correlation(*pair, upsample_factor=200, normalization=None)  # type: ignore[no-untyped-call]
    return np.asarray(shift)


def lumas(clip: Path) -> Iterator[Luma]:
    with av.open(str(clip)) as container:
        for frame in container.decode(video=0):
            yield np.asarray(frame.to_ndarray()[: FRAME[1]], np.float64)


def textured() -> Image.Image:
    """Detail of every scale, as photographs have it: each octave finer is weaker by a third."""
    chance = np.random.default_rng(1)
    total = np.full((PHOTO[1], PHOTO[0], 3), 128.0, np.float32)
    for octave in range(2, 12):
        cells = (2**octave, 2**octave * PHOTO[1] // PHOTO[0], 3)
        noise = Image.fromarray(chance.integers(0, 256, (cells[1], cells[0], 3), np.uint8))
        spread = np.asarray(noise.resize(PHOTO, Image.Resampling.BICUBIC), np.float32) - 128
        total += spread * 0.66 ** (octave - 2)
    return Image.fromarray(total.clip(0, 255).astype(np.uint8))


def report(all_figures: dict[str, Figures]) -> None:
    floor, jitter = all_figures["encoding alone"].cost, all_figures["zoompan"].error
    heads = ("wall s", "× floor", "cpu s", "× floor", "error px", "worst px", "of zoompan")
    print(" " * 28 + "".join(f"{head:>11}" for head in heads))
    for name, figures in all_figures.items():
        cost = figures.cost
        print(
            f"{name:28}{cost.wall:11.2f}{cost.wall / floor.wall:11.2f}{cost.processor:11.2f}"
            f"{cost.processor / floor.processor:11.2f}{figures.error:11.3f}{figures.worst:11.3f}"
            f"{figures.error / jitter:11.3f}"
        )


if __name__ == "__main__":
    main()
