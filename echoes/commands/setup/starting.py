"""Start Echoes at the end of the guided first start, in the place of this process."""

import os
import shutil
import sys
from pathlib import Path
from typing import NoReturn

from echoes.commands.setup.recipes import ROOT
from echoes.settings.env_file import CHOICE


def command_of(root: Path) -> list[str]:
    """`make run` builds what is missing; without a Makefile, as in a container, all is built."""
    if (root / "Makefile").is_file() and (make := shutil.which("make")):
        return [make, "--no-print-directory", "--directory", str(root), "run"]
    return [sys.executable, "-m", "echoes.web"]


def start(file: Path) -> NoReturn:
    command = command_of(ROOT)
    sys.stdout.flush()
    os.execvpe(command[0], command, os.environ | {CHOICE: str(file)})  # noqa: S606 -- no shell is wanted
