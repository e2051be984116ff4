"""Run a module in a child process that ends with its parent.

    python echoes/processes/child.py PARENT MODULE ARGUMENT…

Started as a script, so that it costs nothing but the standard library.
"""

import ctypes
import os
import resource
import runpy
import signal
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1
NICENESS = 2
"""The web process answers first when both want the processor."""
NICENESS_OF_JOBS = {"compiler": 10}
"""Photographs that people wait for on the page go before clips and films that they come back for. A thread of
theirs gets a sixth of the processor that a photograph gets, because they have several."""
FIRST_TO_GO = "500"
"""When memory runs out, the kernel ends this process before the web process and the database."""


def die_with(parent: int) -> None:
    """A parent that is killed cannot tidy up: the kernel does it."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        Path("/proc/self/oom_score_adj").write_text(FIRST_TO_GO)
    if os.getppid() != parent:
        sys.exit("the parent process has ended already")


def main() -> None:
    parent, module, *arguments = sys.argv[1:]
    die_with(int(parent))
    os.nice(NICENESS_OF_JOBS.get(module, NICENESS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.path[0] = str(Path(__file__).resolve().parents[2])
    run(module, *arguments)


def run(module: str, *arguments: str) -> None:
    """As `python -m module argument…` does, in this process."""
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
