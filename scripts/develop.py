"""Run the app so that it follows the code: pages change in the browser, the backend restarts."""

import os
import sys

from echoes.settings import get_settings
from scripts.toolchain import ROOT, reflex, reflex_environment

WATCHED = ("echoes", "compiler", "rxconfig.py")
BACKEND_PORT = 8000


def main() -> None:
    port = get_settings().port
    watched = os.pathsep.join(str(ROOT / name) for name in WATCHED)  # else every upload would restart it
    environment = reflex_environment() | {"REFLEX_HOT_RELOAD_OVERRIDE_PATHS": watched}
    ports = ("--frontend-port", str(port), "--backend-port", str(BACKEND_PORT))
    os.chdir(ROOT)
    os.execve(sys.executable, reflex("run", "--backend-host", "127.0.0.1", *ports), environment)  # noqa: S606


if __name__ == "__main__":
    main()
