"""Limits of a service of deploy/compose.yaml, as containers have them: memory, processors and processes.

By control groups of Linux, version 1. Needs root.
"""

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

GROUPS = Path("/sys/fs/cgroup")
PERIOD = 100_000
"""Of a processor's time, in microseconds."""
UNITS = {"k": 2**10, "m": 2**20, "g": 2**30}
LOOK_SECONDS = 0.1


def in_bytes(size: str) -> int:
    """Of Compose's way to write them: 512m, 4g."""
    found = re.fullmatch(r"(\d+)([kmg])", size)
    assert found is not None, size
    return int(found[1]) * UNITS[found[2]]


@dataclass
class Limits:
    """One group in each of three hierarchies. What joins is held to them, with all that it starts."""

    name: str
    memory: int
    cpus: float
    processes: int
    most_memory: int = 0
    """Of programs and of files in `/tmp`, which nothing can take back; without the cache of files."""
    most_processes: int = 0
    _ended: threading.Event = field(default_factory=threading.Event)

    @property
    def folders(self) -> dict[str, Path]:
        return {kind: _own(kind) / f"echoes-{self.name}-{os.getpid()}" for kind in ("memory", "cpu", "pids")}

    @property
    def join(self) -> str:
        """A shell's first words."""
        return " && ".join(f"echo $$ > {folder}/cgroup.procs" for folder in self.folders.values())

    @property
    def killed(self) -> int:
        """How many processes found no memory any more."""
        said = (self.folders["memory"] / "memory.oom_control").read_text()
        return int(dict(line.split() for line in said.splitlines())["oom_kill"])

    def make(self) -> None:
        for folder in self.folders.values():
            folder.mkdir()
        memory, cpu, pids = self.folders.values()
        (memory / "memory.limit_in_bytes").write_text(str(self.memory))
        (cpu / "cpu.cfs_period_us").write_text(str(PERIOD))
        (cpu / "cpu.cfs_quota_us").write_text(str(int(self.cpus * PERIOD)))
        (pids / "pids.max").write_text(str(self.processes))

    def remove(self) -> None:
        """When all that joined has ended."""
        for folder in self.folders.values():
            folder.rmdir()

    def watch(self) -> None:
        while not self._ended.wait(LOOK_SECONDS):
            self.look()

    def look(self) -> None:
        memory, _, pids = self.folders.values()
        stat = dict(line.split() for line in (memory / "memory.stat").read_text().splitlines())
        used = int(stat["total_rss"]) + int(stat.get("total_shmem", 0))
        self.most_memory = max(self.most_memory, used)
        self.most_processes = max(self.most_processes, int((pids / "pids.current").read_text()))

    def end(self) -> None:
        self._ended.set()


@contextmanager
def limited(name: str, service: dict[str, Any]) -> Iterator[Limits]:
    """What the file says of a service."""
    limits = Limits(name, in_bytes(service["mem_limit"]), float(service["cpus"]), int(service["pids_limit"]))
    limits.make()
    watcher = threading.Thread(target=limits.watch, name="limits")
    watcher.start()
    try:
        yield limits
    finally:
        limits.end()
        watcher.join()
        limits.remove()


def _own(kind: str) -> Path:
    """The group of this process, below which another may be made."""
    for line in Path("/proc/self/cgroup").read_text().splitlines():
        _, kinds, place = line.split(":", 2)
        if kind in kinds.split(","):
            return GROUPS / kind / place.lstrip("/")
    raise RuntimeError(f"control groups of version 1 have no {kind} here")
