"""How Reflex and npm are started here: with the Node of our virtual environment, reporting to nobody."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / ".web"


def reflex(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "reflex", *arguments]


def reflex_environment() -> dict[str, str]:
    """Our Node first on PATH, npm's own registry unprobed, no telemetry, no look-ups of newer versions."""
    quiet = {
        "PATH": path_with_node(),
        "DO_NOT_TRACK": "1",
        "REFLEX_TELEMETRY_ENABLED": "false",
        "REFLEX_CHECK_LATEST_VERSION": "false",
        "REFLEX_USE_NPM": "true",
        "REFLEX_DIR": str(WEB / "reflex"),
    }
    return os.environ | quiet | {"NPM_CONFIG_REGISTRY": npm_registry()}


def npm_registry() -> str:
    """What npm is configured to ask; Reflex would time two registries of its own choice instead."""
    asked = subprocess.run(npm("config", "get", "registry"), capture_output=True, text=True, check=True)
    return asked.stdout.strip()


def npm(*arguments: str) -> list[str]:
    found = shutil.which("npm", path=path_with_node())
    if found is None:
        sys.exit("npm is missing from .venv: run `make clean` and try again.")
    return [found, *arguments]


def path_with_node() -> str:
    return f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
