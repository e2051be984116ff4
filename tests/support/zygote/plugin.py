"""Programs of ours that tests start come from zygotes, unless a test is marked `own_interpreter`."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.support.zygote.client import Environment, Zygote, modules_for, of_interpreters
from tests.support.zygote.server import Start

ForkExec = Callable[..., int]
PLAIN = (-1, None, None, None, -1, None)
"""No group of processes, other user, mask or function before the program: as nearly every start."""


class ForkOrExec:
    """In the place of the function by which `subprocess` starts a program, with its arguments."""

    def __init__(self, fork_exec: ForkExec) -> None:
        self._fork_exec = fork_exec
        self._zygotes: dict[object, Zygote] = {}
        self._lock = threading.Lock()
        self.may_fork = True

    def __call__(self, command: Sequence[Any], *facts: Any) -> int:
        words = list(map(os.fsdecode, command))
        modules = modules_for(words) if self.may_fork else ()
        return (modules and self._fork(modules, words, facts)) or self._fork_exec(command, *facts)

    def _fork(self, modules: Sequence[str], words: list[str], facts: Sequence[Any]) -> int:
        _, closes, kept, folder, environment, stdin, _, _, stdout, _, stderr, _, complaints = facts[:13]
        _, own_session, *others = facts[13:]
        if not closes or kept != (complaints,) or tuple(others[: len(PLAIN)]) != PLAIN:
            return 0
        start = Start(words[1:], _read(environment), os.fsdecode(folder or Path.cwd()), own_session)
        streams = [given if given >= 0 else own for own, given in enumerate((stdin, stdout, stderr))]
        return self._zygote(modules, of_interpreters(start.environment)).fork(start, streams)

    def _zygote(self, modules: Sequence[str], interpreter: Environment) -> Zygote:
        kind = (modules, *sorted(interpreter.items()))
        with self._lock:
            if kind not in self._zygotes:
                self._zygotes[kind] = Zygote(modules, interpreter)
            return self._zygotes[kind]

    def end(self) -> None:
        for zygote in self._zygotes.values():
            zygote.end()


def _read(environment: list[bytes] | None) -> dict[str, str]:
    if environment is None:
        return dict(os.environ)
    pairs = (os.fsdecode(entry).partition("=") for entry in environment)
    return {name: value for name, _, value in pairs}


STARTS = ForkOrExec(getattr(subprocess, "_fork_exec"))  # noqa: B009 - it is subprocess's own


@pytest.fixture(scope="session", autouse=True)
def forked_programs() -> Iterator[None]:
    if sys.platform != "linux":
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subprocess, "_fork_exec", STARTS)
        yield
    STARTS.end()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    STARTS.may_fork = item.get_closest_marker("own_interpreter") is None
