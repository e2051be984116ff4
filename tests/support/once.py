"""Files that are dear to make: the first worker that needs them makes them, and the others find them."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """The folder that `make` filled in this run, in whichever worker. Nothing in it may be changed."""
    own = factory.getbasetemp()
    shared = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "made-once"
    folder = shared / name
    shared.mkdir(exist_ok=True)
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            unfinished = shared / f"{name}.part"
            shutil.rmtree(
                unfinished, ignore_errors=True
            )  # Of a try that failed, whose error is the one to see.
            unfinished.mkdir()
            make(unfinished)
            unfinished.rename(folder)
    return folder
