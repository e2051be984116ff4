"""Where the programs are that some tests need; None when the machine has none."""

import shutil
from functools import cache
from pathlib import Path

BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The shell first: the same engine without a user interface, for less than half of the processor's time."""


def chromium() -> str | None:
    return next((found for name in BROWSERS if (found := shutil.which(name))), None)


def redis_server() -> str | None:
    return shutil.which("redis-server")


@cache
def postgres() -> Path | None:
    """The folder of initdb and pg_ctl; Debian keeps them off PATH."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3])
    )
    return versions[-1].parent if versions else None
