"""The profile `server` of deploy/compose.yaml, started together as processes of this machine: for where no
images can be pulled. Somebody joins, uploads and makes a film through the proxy.

    python -m tests.deploy.services_together CADDY

Needs Linux, root, Caddy, PostgreSQL, Redis, the emulators of AWS and the built front end. In a network and
mount namespace of its own: services have the names, ports, commands, environments and health checks of the
file; ours run as its user, without rights, on a read-only root with a data folder and a small /tmp.

Redis stands in for Valkey, an emulator for Garage, and Caddy's own authority for Let's Encrypt. Our services
are held to the limits of the file. The images are not tried here: deploy/prove.sh builds and tries ours.
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import boto3
import httpx

from echoes.accounts.service import authenticate
from echoes.storage import get_storage
from tests.deploy.compose_services import ADDRESSES, DEPLOY, OF_THE_FILE, PROXY, SCRATCH, Services, said
from tests.deploy.somebody import a_film, photograph
from tests.support import programs
from tests.support.aws import emulators as aws
from tests.support.databases.postgres import QUICK, cluster
from tests.support.environment import told
from tests.support.processes import wait_for

INSIDE = "ECHOES_PROVED_INSIDE"
REGION: Any = "garage"


def main(caddy: str) -> None:
    if INSIDE not in os.environ:
        command = ["unshare", "--net", "--mount", "--propagation", "private", sys.executable, "-m"]
        os.environ[INSIDE] = "1"
        os.execvp(command[0], [*command, "tests.deploy.services_together", caddy])  # noqa: S606 - ourselves
    with tempfile.TemporaryDirectory(prefix="together-", dir=SCRATCH) as name, ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o755)
        _name_everybody(folder)
        prove(Services(folder, stack), caddy)


def prove(services: Services, caddy: str) -> None:
    with databases(services), store(services):
        services.run("migrate", services.command_of("migrate"))
        said("migrate ended well")
        for name in ("web-1", "web-2", "worker-1", "worker-2"):
            services.start_ours(name)
        _start_proxy(services, caddy)
        services.run("web-1", ["sh", "-c", "! touch /etc/x 2>/dev/null && ! touch echoes/x 2>/dev/null"])
        said("ours can write nothing but /data and /tmp")
        doctor = services.run("worker-1", ["echoes", "doctor"])
        said(f"doctor is content: {len(doctor.splitlines())} lines")
        link = re.search(r"https://\S+", services.run("web-1", ["echoes", "invite", "--operator"]))
        assert link is not None
        make_a_film(services, link[0])


def make_a_film(services: Services, invitation: str) -> None:
    site = "https://echoes.localhost"
    with httpx.Client(base_url=site, verify=False, headers={"Origin": site}, timeout=60) as browser:  # noqa: S501
        assert browser.get(invitation).status_code == 303
        browser.post("/auth/join", data={"name": "Rosa", "form": "1"})
        token = next(cookie.value for cookie in browser.cookies.jar if "session" in cookie.name) or ""
        assert browser.get("/films", follow_redirects=True).status_code == 200
        said("somebody joins through the proxy")
        with told(services.environment_of("worker-1") | {"ECHOES_DATA_DIR": str(services.folder / "own")}):
            film = a_film(browser, authenticate(token), [photograph(1600, 1200)])
            made = browser.get(get_storage().url(film.film_key or ""))
        assert (made.status_code, len(made.content)) == (200, film.size_bytes), made.text[:300]
        said(f"a film of {film.frames} frames comes from the store through the proxy")
        services.processes["web-1"].kill()
        wait_for(lambda: browser.get("/sign-in").status_code == 200, "the other server to be asked")
        said("with one web server killed, the other one answers")


@contextmanager
def databases(services: Services) -> Iterator[None]:
    """PostgreSQL with the roles of deploy/postgres.sh, and Redis by the command of the file."""
    found, redis = programs.postgres(), programs.redis_server()
    assert found is not None
    assert redis is not None
    with cluster(f"{QUICK} -c listen_addresses=*") as url:
        socket = url.partition("host=")[2]
        environment = os.environ | OF_THE_FILE | {
            "PGHOST": socket, "PGUSER": "postgres", "POSTGRES_DB": "echoes",
            "PATH": f"{found}:{os.environ['PATH']}",
        }  # fmt: skip
        for command in ("createdb echoes", f"bash {DEPLOY}/postgres.sh"):
            subprocess.run(command.split(), env=environment, check=True, capture_output=True)
        said("postgres runs, with its roles")
        server = [redis, *services.command_of("redis")[1:]]
        services.start("redis", server, os.environ, ["redis-cli", "-h", "redis", "ping"])
        yield


@contextmanager
def store(services: Services) -> Iterator[None]:
    told = {
        "BIND_HOST": "0.0.0.0", "GATEWAY_PORT": "3900", "LOG_LEVEL": "WARNING", "AUTH": "true",  # noqa: S104
        "IOT_MTLS_ENABLED": "0", "SFTP_ENABLED": "0",
    }  # fmt: skip
    with aws._running("ministack", [], 3900, told, services.folder) as endpoint:
        client = boto3.Session("test", "test", region_name=REGION).client("s3", endpoint_url=endpoint)
        client.create_bucket(Bucket="echoes", CreateBucketConfiguration={"LocationConstraint": REGION})
        client.put_bucket_lifecycle_configuration(Bucket="echoes", LifecycleConfiguration=aws.SWEPT)
        said("storage runs, with its bucket")
        yield


def _start_proxy(services: Services, caddy: str) -> None:
    state = services.folder / "caddy"
    command = [caddy, "run", "--config", str(DEPLOY / "Caddyfile"), "--adapter", "caddyfile"]
    environment = os.environ | OF_THE_FILE | {"XDG_DATA_HOME": str(state), "XDG_CONFIG_HOME": str(state)}
    services.start("proxy", command, environment, ["curl", "-skf", "https://echoes.localhost/readyz"])


def _name_everybody(folder: Path) -> None:
    """The names of the file lead to addresses of this namespace; web servers are asked from the proxy's."""
    hosts = folder / "hosts"
    lines = [f"{address} {name}" for name, address in ADDRESSES.items()]
    hosts.write_text("\n".join(["127.0.0.1 localhost", *lines, ""]))
    hosts.chmod(0o644)
    run = ["ip link set lo up", f"ip addr add {PROXY}/32 dev lo"]
    for name in ("web-1", "web-2"):
        address = ADDRESSES[name]
        run += [
            f"ip addr add {address}/32 dev lo",
            f"ip route replace local {address} dev lo table local src {PROXY}",
        ]
    for line in [*run, f"mount --bind {hosts} /etc/hosts"]:
        subprocess.run(line.split(), check=True)


if __name__ == "__main__":
    main(sys.argv[1])
