"""Quality of transitions: how near to the exact blend, by this renderer and by FFmpeg's xfade chain.

    python -m benchmarks.rendering.transition_quality --clips 3

The job is that of benchmarks/support/reference_job.py. Each renderer is held against its own exact blend:
FFmpeg's crossfade starts with the old shot unmixed, this one a step later.
"""

import argparse
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np

from benchmarks.rendering.render import chain, cold, quality
from benchmarks.support.reference_job import FADE, RATE, SECONDS, Job, prepare
from compiler.picture.planes import PlanarFrame, from_frame
from compiler.picture.transitions import progress_at

RENDERERS: dict[str, tuple[Callable[[Job], list[str]], str, Callable[[int], float]]] = {
    "fast": (cold, "cold", lambda number: progress_at(number, FADE)),
    "quality": (quality, "quality", lambda number: progress_at(number, FADE)),
    "chain": (chain, "chain-medium", lambda number: number / FADE),
}


def decoded(path: Path, first: int, last: int) -> list[PlanarFrame]:
    """Frames `first` up to `last`, copied out."""
    pictures = []
    with av.open(str(path)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if number >= last:
                break
            if number >= first:
                pictures.append(PlanarFrame(*(plane.copy() for plane in from_frame(frame))))
    return pictures


def exact_blend(before: PlanarFrame, after: PlanarFrame, share: float) -> PlanarFrame:
    """Of real numbers, to the nearest value: finer than any renderer's own steps."""
    mixed = (old * (1 - share) + new * share for old, new in zip(before, after, strict=True))
    return PlanarFrame(*(np.floor(plane + 0.5).astype(np.uint8) for plane in mixed))


def psnr(one: PlanarFrame, other: PlanarFrame) -> float:
    errors = [np.square(first.astype(np.float64) - second) for first, second in zip(one, other, strict=True)]
    mean = sum(error.sum() for error in errors) / sum(error.size for error in errors)
    return float(10 * np.log10(255**2 / max(mean, 1e-9)))


def distances(job: Job, film: Path, progress: Callable[[int], float]) -> Iterator[float]:
    step = SECONDS * RATE - FADE
    for cut in range(1, len(job.clips)):
        old = decoded(job.clips[cut - 1], step, step + FADE)
        new = decoded(job.clips[cut], 0, FADE)
        shown = decoded(film, cut * step, cut * step + FADE)
        for number in range(FADE):
            yield psnr(shown[number], exact_blend(old[number], new[number], progress(number)))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clips", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=Path("data/benchmarks/render"))
    options = parser.parse_args()
    job = prepare(options.clips, options.folder.resolve())
    print("| renderer | mean dB | worst dB | film MB |\n|---|---|---|---|")
    for name, (command, output, progress) in RENDERERS.items():
        subprocess.run(command(job), check=True, stdout=subprocess.DEVNULL)
        film = job.output(output)
        found = list(distances(job, film, progress))
        size = film.stat().st_size / 1e6
        print(f"| {name} | {np.mean(found):.2f} | {min(found):.2f} | {size:.1f} |", flush=True)


if __name__ == "__main__":
    main()
