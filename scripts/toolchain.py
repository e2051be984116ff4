"""How Reflex is started here: with the Node of our virtual environment, reporting to nobody."""

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
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    quiet = {
        "PATH": path,
        "DO_NOT_TRACK": "1",
        "REFLEX_TELEMETRY_ENABLED": "false",
        "REFLEX_CHECK_LATEST_VERSION": "false",
        "REFLEX_USE_NPM": "true",
        "REFLEX_DIR": str(WEB / "reflex"),
    }
    return os.environ | quiet | {"NPM_CONFIG_REGISTRY": npm_registry(path)}


def npm_registry(path: str) -> str:
    """What npm is configured to ask; Reflex would time two registries of its own choice instead."""
    npm = shutil.which("npm", path=path)
    if npm is None:
        sys.exit("npm is missing from .venv: run `make clean` and try again.")
    asked = subprocess.run([npm, "config", "get", "registry"], capture_output=True, text=True, check=True)
    return asked.stdout.strip()
