"""Run a module on one picture in a process of its own, and tell the picture's faults from ours."""

import json
import os
import signal
import subprocess
import sys
from typing import Any

from echoes.processes.runner import CHILD

ENVIRONMENT = {"MALLOC_ARENA_MAX": "2", "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
"""The whole of it: a process that opens what strangers send has no use for our secrets.

It may keep the bytecode of its modules: to compile them for every photo takes longer than to decode one. A
picture in huge pages saves the kernel ten thousand faults, which is a tenth of the time of a photo."""

CRASHES = {
    signal.SIGSEGV: "damaged",
    signal.SIGABRT: "damaged",
    signal.SIGBUS: "damaged",
    signal.SIGFPE: "damaged",
    signal.SIGILL: "damaged",
    signal.SIGXCPU: "too_slow",
}
"""How a file can end such a process. All other ends are not the file's fault, and it may be tried again."""


def run(module: str, request: dict[str, Any], timeout: float) -> dict[str, Any]:
    """What the module answers, or `unusable` and why. Raises RuntimeError for a fault of ours."""
    command = [sys.executable, str(CHILD), str(os.getpid()), module, json.dumps(request)]
    try:
        ended = subprocess.run(command, env=ENVIRONMENT, capture_output=True, timeout=timeout, check=False)
    except subprocess.TimeoutExpired:
        return {"unusable": "too_slow"}
    if ended.returncode == 0:
        answer: dict[str, Any] = json.loads(ended.stdout)
        return answer
    cause = f"{module} ended with {ended.returncode}: {ended.stderr[-2000:].decode(errors='replace')}"
    if -ended.returncode not in CRASHES:
        raise RuntimeError(cause)
    return {"unusable": CRASHES[signal.Signals(-ended.returncode)], "cause": cause}
