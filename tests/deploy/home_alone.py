"""The profile `home` of deploy/compose.yaml, started as a process of this machine: for where no images can be
built. Somebody signs in and makes a film.

    python -m tests.deploy.home_alone [--photos 30] [--memory 4g]

Needs Linux, root, control groups of version 1 and the built front end. The service has the command,
environment, health check, user, read-only root, small /tmp and limits of the file, or less memory. Prints how
much of it was used at most.
"""

import argparse
import signal
import tempfile
from contextlib import ExitStack
from pathlib import Path

import httpx

from echoes.accounts.service import authenticate
from echoes.storage import get_storage
from tests.deploy.compose_services import SCRATCH, Services, said
from tests.deploy.limits import Limits
from tests.deploy.somebody import a_film, photograph
from tests.support.environment import told
from tests.support.processes import PATIENCE
from tests.support.servers.ports import free_port

PIXELS = 4000, 3000
"""Of a phone's camera."""
HOME = "home"


def main() -> None:
    options = _options()
    port = str(free_port())
    with tempfile.TemporaryDirectory(prefix="home-", dir=SCRATCH) as name, ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o755)
        services = Services(folder, stack, {"ECHOES_PORT": port})
        if options.memory:
            services.allow(HOME, options.memory)
        services.start_ours(HOME)
        services.run(HOME, ["sh", "-c", "! touch /etc/x 2>/dev/null && ! touch echoes/x 2>/dev/null"])
        said("nothing can be written but /data and /tmp")
        make_a_film(services, f"http://localhost:{port}", options.photos)
        show(services.limits[HOME])
        services.processes[HOME].send_signal(signal.SIGTERM)
        assert services.processes[HOME].wait(PATIENCE) == 0, services.log(HOME)
        said("SIGTERM ends it in time")


def make_a_film(services: Services, site: str, photos: int) -> None:
    with httpx.Client(base_url=site, headers={"Origin": site}, timeout=300) as browser:
        assert browser.post("/auth/local", data={"name": "Rosa"}).status_code == 303
        token = next(cookie.value for cookie in browser.cookies.jar if "session" in cookie.name) or ""
        assert browser.get("/films", follow_redirects=True).status_code == 200
        said("somebody signs in by name")
        with told(services.environment_of(HOME) | {"ECHOES_DATA_DIR": str(services.volume(HOME))}):
            film = a_film(browser, authenticate(token), [photograph(*PIXELS) for _ in range(photos)])
            made = browser.get(get_storage().url(film.film_key or ""))
        assert (made.status_code, len(made.content)) == (200, film.size_bytes), made.text[:300]
        said(f"a film of {film.frames} frames, {len(made.content) / 1e6:.0f} MB, is served")


def show(limits: Limits) -> None:
    limits.look()
    assert limits.killed == 0, f"{limits.killed} processes found no memory"
    said(
        f"of {limits.memory / 1e6:.0f} MB {limits.most_memory / 1e6:.0f} were used at most, of"
        f" {limits.processes} processes and threads {limits.most_processes}"
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--photos", type=int, default=30)
    parser.add_argument("--memory", default="", help="in place of the file's limit")
    return parser.parse_args()


if __name__ == "__main__":
    main()
