"""Sandbox runner: a module on one picture in a child process, with the picture's faults told from ours."""

import json
import signal
import sys
from typing import Any

from echoes.processes import runner
from echoes.processes.fork_client import ForkClient
from echoes.processes.runner import Ended

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


FORKS = sys.platform == "linux"
"""On macOS a fork after these imports is not safe: there each picture starts an interpreter of its own."""
PRELOADED = ("echoes.photos.decoding.preloaded",)
CHILDREN = ForkClient(ENVIRONMENT, PRELOADED)


def run_sandboxed(module: str, request: dict[str, Any], timeout: float) -> dict[str, Any]:
    """What the module answers, or `unusable` and why. Raises RuntimeError for a fault of ours."""
    try:
        ended = (CHILDREN.run if FORKS else _spawned)(module, json.dumps(request), timeout)
    except TimeoutError:
        return {"unusable": "too_slow"}
    if ended.code == 0:
        answer: dict[str, Any] = json.loads(ended.output)
        return answer
    cause = f"{module} ended with {ended.code}: {ended.said}"
    if -ended.code not in CRASHES:
        raise RuntimeError(cause)
    if CRASHES[signal.Signals(-ended.code)] == "damaged":
        CHILDREN.close()  # What crashed it may try again: not with the same addresses of everything.
    return {"unusable": CRASHES[signal.Signals(-ended.code)], "cause": cause}


def _spawned(module: str, argument: str, timeout: float) -> Ended:
    return runner.run(module, argument, environment=ENVIRONMENT, timeout=timeout)
