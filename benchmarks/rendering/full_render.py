"""Full re-encoding of films of another shape than their clips: each frame decoded, cropped, encoded.

    python -m benchmarks.rendering.full_render --clips 3 10 30 --runs 1

The clips of benchmarks/support/reference_job.py (1280×720) become a film of 720×1280, by one thread and by
all. Peak memory must not grow with their number, and time must shrink with the processors.
"""

import argparse
import json
import os
import sys
from pathlib import Path

from benchmarks.support.measuring import Cost, measure, middle
from benchmarks.support.reference_job import FADE, RATE, SECONDS, Job, prepare

SIZE = (720, 1280)
ALLOWED_GROWTH = 1.1

_RENDER = """
import json, sys
from compiler.rendering.film import render
from compiler.timeline.model import Timeline
request = json.loads(sys.argv[1])
print(render(Timeline.from_json(request["film"]), request["output"], workers=request["workers"]).seconds)
"""


def command(job: Job, workers: int) -> list[str]:
    film = {
        "shots": [{"clip": str(clip)} for clip in job.clips],
        "transitions": [{"kind": "crossfade", "duration": FADE / RATE}],
        "size": list(SIZE),
    }
    request = {"film": film, "output": str(job.output("full")), "workers": workers}
    return [sys.executable, "-c", _RENDER, json.dumps(request)]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--clips", type=int, nargs="+", default=[3, 10, 30])
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=Path("data/benchmarks/render"))
    options = parser.parse_args()
    threads = sorted({1, len(os.sched_getaffinity(0))})
    print("| clips | threads | wall s | processor s | peak MB | wall s for each second of film |")
    print("|---|---|---|---|---|---|", flush=True)
    costs: dict[tuple[int, int], Cost] = {}
    for count in options.clips:
        job = prepare(count, options.folder.resolve())
        for workers in threads:
            cost = middle([measure(command(job, workers)) for _ in range(options.runs)])
            costs[count, workers] = cost
            figures = (
                f"{cost.wall:.1f} | {cost.processor:.1f} | {cost.memory:.0f} | {cost.wall / job.duration:.3f}"
            )
            print(f"| {count} | {workers} | {figures} |", flush=True)
    _judge(costs, options.clips, threads)


def _judge(costs: dict[tuple[int, int], Cost], clips: list[int], threads: list[int]) -> None:
    """As for films that are copied: no more memory at the most clips than at the next fewer, plus a tenth.

    Three clips have too few segments to keep every thread at work, and so take less.
    """
    *_, fewer, most = sorted([*clips, min(clips)])
    for workers in threads:
        growth = costs[most, workers].memory / costs[fewer, workers].memory
        verdict = "flat" if growth <= ALLOWED_GROWTH else "NOT FLAT"
        print(f"{workers} threads: memory at {most} clips is {growth:.2f} of that at {fewer}: {verdict}")
    gain = costs[most, threads[0]].wall / costs[most, threads[-1]].wall
    print(
        f"{threads[-1]} threads are {gain:.2f} times as fast as {threads[0]} at {most} clips of {SECONDS} s"
    )


if __name__ == "__main__":
    main()
