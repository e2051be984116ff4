"""Install the emulators of AWS for the tests, in an environment of their own: `.venv-emulators`.

They pin versions of boto3 that are older than ours. Runs on the machine's own Python: standard library only.
`make test` goes without them, and skips what needs them; `.ci/run` installs them.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PINS = ROOT / "tools" / "emulators"
FOLDER = ROOT / ".venv-emulators"
STAMP = FOLDER / "installed"


def fingerprint() -> str:
    """Changes with whatever decides what is installed, and with where."""
    files = [(PINS / name).read_text() for name in ("requirements.txt", "constraints.txt")]
    return hashlib.sha256("\n".join([*files, sys.version, str(ROOT)]).encode()).hexdigest()


def install() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(FOLDER)], check=True)
    pip = [str(FOLDER / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    files = ["--constraint", str(PINS / "constraints.txt"), "--requirement", str(PINS / "requirements.txt")]
    subprocess.run([*pip, *files], check=True)
    STAMP.write_text(fingerprint())


if __name__ == "__main__":
    if not STAMP.exists() or STAMP.read_text() != fingerprint():
        install()
