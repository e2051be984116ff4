"""Services of deploy/compose.yaml as processes of this machine, with their commands, environments, health
checks, user, read-only root, data folder and limits."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import yaml

from tests.deploy.limits import Limits, limited
from tests.support.processes import wait_for

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
ADDRESSES = {
    "postgres": "127.0.1.1", "redis": "127.0.1.2", "storage": "127.0.1.3", "worker-1": "127.0.1.21",
    "worker-2": "127.0.1.22", "web-1": "172.30.17.11", "web-2": "172.30.17.12",
    "echoes.localhost": "127.0.0.1", "files.home.local": "127.0.0.1",
}  # fmt: skip
PROXY = "172.30.17.2"
OF_THE_FILE = {
    "DOMAIN": "echoes.localhost", "FILES_DOMAIN": "files.home.local", "POSTGRES_PASSWORD": "p",
    "SERVICE_PASSWORD": "for-service", "WEB_PASSWORD": "for-web", "S3_KEY": "test", "S3_SECRET": "test",
    "S3_RPC_SECRET": "r",
}  # fmt: skip
OF_ECHOES = {
    "ECHOES_SECRET_KEY": "kQ9v2LmX7pR4tY8wZ1aB5cD6eF3gH0jN", "ECHOES_SIGN_UP": "invited",
    "ECHOES_PAYMENTS": "none", "ECHOES_CREDITS": "free", "ECHOES_CLIP_SECONDS": "1.0",
}  # fmt: skip
OF_THE_IMAGE = {
    "HOME": "/tmp", "ECHOES_DATA_DIR": "/mnt", "ECHOES_ENV_FILE": "",  # noqa: S108 - as the image has it
    "REFLEX_TELEMETRY_ENABLED": "false",
}  # fmt: skip
SCRATCH = "/var/tmp"  # noqa: S108 - not below /tmp, where each service has one of its own
MOUNTS = (
    "mount --bind {volume} /mnt && mount -t tmpfs -o size=256m,mode=1777 tmpfs /tmp"
    " && mount -o remount,bind,ro / && exec "
)
NOBODY = (
    "setpriv --reuid 10001 --regid 10001 --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all "
)


class Services:
    """Of the file, with its variables filled in."""

    def __init__(self, folder: Path, stack: ExitStack, of_the_file: Mapping[str, str] = OF_THE_FILE) -> None:
        self.folder, self._stack = folder, stack
        text = (DEPLOY / "compose.yaml").read_text()
        filled = re.sub(
            r"\$\{(\w+)(?::?-([^}]*))?\}", lambda found: of_the_file.get(found[1], found[2] or ""), text
        )
        self._services: dict[str, dict[str, Any]] = yaml.safe_load(filled)["services"]
        self._programs = programs_for_nobody(folder)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.limits: dict[str, Limits] = {}

    def environment_of(self, name: str) -> dict[str, str]:
        """Two of a kind share this machine's network, so each is told which address is its own."""
        service = self._services[name]
        own = {"ECHOES_HOST": ADDRESSES[name]} if name.startswith("web") else {}
        own |= {"ECHOES_METRICS_HOST": ADDRESSES[name]} if name.startswith("worker") else {}
        of_env_file = OF_ECHOES if "env_file" in service else {}
        of_python = {
            "PATH": f"{self._programs}:{os.environ['PATH']}",
            "LD_LIBRARY_PATH": str(self.folder / "python" / "lib"),
        }
        of_the_service = {key: str(value) for key, value in service["environment"].items()}
        return OF_THE_IMAGE | of_python | of_env_file | of_the_service | own

    def command_of(self, name: str) -> list[str]:
        command: list[str] = self._services[name].get("command", ["python", "-m", "echoes.web"])
        return command

    def run(self, name: str, command: list[str]) -> str:
        """To its end, as `docker compose run` does."""
        done = subprocess.run(
            self._contained(name, command),
            env=self.environment_of(name),
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"{name}: {done.stdout}{done.stderr}"
        return done.stdout

    def start(
        self, name: str, command: list[str], environment: Mapping[str, str], healthy: list[str]
    ) -> None:
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(command, env=dict(environment), cwd=ROOT, stdout=log, stderr=log)
        self.processes[name] = process
        self._stack.callback(process.wait)
        self._stack.callback(process.kill)
        check = partial_check(healthy, environment)
        wait_for(lambda: process.poll() is not None or check(), f"{name} to be healthy: {self.log(name)}")
        assert process.poll() is None, self.log(name)
        said(f"{name} runs and is healthy")

    def allow(self, name: str, memory: str) -> None:
        """Another limit than the file's."""
        self._services[name]["mem_limit"] = memory

    def start_ours(self, name: str) -> None:
        self.limits[name] = self._stack.enter_context(limited(name, self._services[name]))
        healthy = self._services[name]["healthcheck"]["test"][1:]
        self.start(name, self._contained(name, self.command_of(name)), self.environment_of(name), healthy)

    def volume(self, name: str) -> Path:
        """What `/data` is to a service; of the user that runs it."""
        volume = self.folder / "volumes" / name
        if not volume.exists():
            volume.mkdir(parents=True)
            os.chown(volume, 10001, 10001)
        return volume

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")[-3000:]

    def _contained(self, name: str, command: list[str]) -> list[str]:
        assert self._services[name]["user"] == "10001:10001"
        assert self._services[name]["read_only"]
        joined = f"{self.limits[name].join} && " if name in self.limits else ""
        script = joined + MOUNTS.format(volume=self.volume(name)) + NOBODY + shlex.join(command)
        return ["unshare", "--mount", "--propagation", "private", "sh", "-c", script]


def programs_for_nobody(folder: Path) -> Path:
    """Our environment's programs, by an interpreter that everybody may run.

    Where ours lies in somebody's home, its files get second names (hard links) in an open folder: nothing is
    mounted for it, and the end of that folder is the end of those names alone.
    """
    environment, python = ROOT / ".venv", Path(sys.base_prefix).resolve()
    if all(place.stat().st_mode & 1 for place in python.parents):
        return environment / "bin"
    superfluous = shutil.ignore_patterns("site-packages", "test", "include", "share", "__pycache__")
    shutil.copytree(python, folder / "python", symlinks=True, ignore=superfluous, copy_function=os.link)
    programs = folder / "environment" / "bin"
    programs.mkdir(parents=True)
    (programs / "python").symlink_to(folder / "python" / "bin" / "python3")
    (programs.parent / "lib").symlink_to(environment / "lib")
    (programs.parent / "pyvenv.cfg").write_text(f"home = {folder}/python/bin\n")
    for name in ("alembic", "echoes"):
        script = (environment / "bin" / name).read_text().partition("\n")[2]
        (programs / name).write_text(f"#!{programs}/python\n{script}")
        (programs / name).chmod(0o755)
    return programs


def partial_check(command: list[str], environment: Mapping[str, str]) -> Callable[[], bool]:
    def is_healthy() -> bool:
        done = subprocess.run(command, env=dict(environment), cwd=ROOT, capture_output=True, timeout=30)
        return done.returncode == 0

    return is_healthy


def said(what: str) -> None:
    sys.stdout.write(f"proved: {what}\n")
    sys.stdout.flush()
