"""Start-up time of the compiler's process, beside Python alone and beside the same with Pydantic.

    python -m benchmarks.rendering.compiler_start [--runs 15]

Processor time, the least of all runs: a busy machine changes it little.
"""

import argparse
import json
import resource
import subprocess
import sys

from echoes.processes import runner

REQUEST = {"shots": [{"clip": "a", "frames": 24}, {"clip": "b", "frames": 48}]}
WITH_PYDANTIC = """
import runpy, sys
from pydantic import TypeAdapter
from compiler.results import Rendered
TypeAdapter(Rendered)
sys.argv = ["compiler", "timeline", "-"]
runpy.run_module("compiler", run_name="__main__")
"""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=15)
    runs = options.parse_args().runs
    commands = {
        "Python alone": [sys.executable, "-c", "pass"],
        "the compiler, which lays out a timeline": runner.command("compiler", "timeline", "-"),
        "the same, with Pydantic and one reader": [sys.executable, "-c", WITH_PYDANTIC],
    }
    taken = {name: min(_seconds(command) for _ in range(runs)) for name, command in commands.items()}
    for name, seconds in taken.items():
        print(f"{name:42} {seconds * 1000:6.0f} ms of processor time")


def _seconds(command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, input=json.dumps(REQUEST).encode(), stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
