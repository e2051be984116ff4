"""Releases of Echoes side by side: this one, and one made of it that comes after."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from echoes.database.migrations import our_heads
from tests.support.processes import PATIENCE, wait_for
from tests.support.servers.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
NEXT_REVISION = "9999"
MIGRATION = """\
\"\"\"Photos have a mood, and there are moods: what the next release adds.\"\"\"
import sqlalchemy as sa
from alembic import op

revision: str = "{revision}"
down_revision: str | None = "{before}"


def upgrade() -> None:
    op.add_column("photos", sa.Column("mood", sa.String(), nullable=False, server_default="calm"))
    op.create_table("moods", sa.Column("name", sa.String(), primary_key=True))
"""


@dataclass(frozen=True)
class Process:
    process: "subprocess.Popen[bytes]"
    log: Path
    address: str = ""

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])

    def wait_until_it_says(self, words: str) -> None:
        """What ends before, and what never says it, is shown with its last lines."""
        with suppress(AssertionError):
            wait_for(lambda: words in self.log.read_text() or self.process.poll() is not None, words)
        said = self.log.read_text()
        assert words in said, f"{self.log.name} did not say {words!r} ({self.process.poll()}): {said[-2000:]}"

    def end(self) -> int:
        """0 says that it was over before its own deadline."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


@dataclass(frozen=True)
class Release:
    """A folder with the code and the built front end."""

    folder: Path
    settings: Mapping[str, str]
    public_url: str = ""
    """Where a proxy stands before it."""

    def migrate(self) -> None:
        command = [sys.executable, "-m", "alembic", "upgrade", "head"]
        environment = os.environ | dict(self.settings)
        subprocess.run(command, cwd=self.folder, env=environment, check=True, capture_output=True)

    @contextmanager
    def web(self, log: Path, role: str = "web") -> Iterator[Process]:
        port = free_port()
        address = f"http://localhost:{port}"
        settings = {
            "ECHOES_ROLE": role,
            "ECHOES_PORT": str(port),
            "ECHOES_PUBLIC_URL": self.public_url or address,
        }
        with self._started("echoes.web", settings, log, address) as process:
            process.wait_until_it_says("Echoes is ready")
            yield process

    @contextmanager
    def worker(self, log: Path) -> Iterator[Process]:
        with self._started("echoes.worker", {"ECHOES_ROLE": "worker"}, log) as process:
            process.wait_until_it_says("the job engine runs")
            yield process

    @contextmanager
    def _started(
        self, module: str, settings: Mapping[str, str], log: Path, address: str = ""
    ) -> Iterator[Process]:
        environment = os.environ | dict(self.settings) | dict(settings)
        with ExitStack() as stack:
            output = stack.enter_context(log.open("wb"))
            command = [sys.executable, "-m", module]
            process = subprocess.Popen(
                command, cwd=self.folder, env=environment, stdout=output, stderr=output
            )
            stack.callback(process.wait, PATIENCE)
            stack.callback(process.kill)
            yield Process(process, log, address)


def next_release(folder: Path, settings: Mapping[str, str]) -> Release:
    """The same code with a migration that only adds, under the name of another build.

    Its bytecode comes along, which is bound to the times of its sources: a copy keeps them.
    """
    for part in ("echoes", "compiler", "alembic", "assets", ".web/backend"):
        shutil.copytree(ROOT / part, folder / part, symlinks=True)
    for file in ("alembic.ini", "rxconfig.py"):
        shutil.copy(ROOT / file, folder)
    (folder / ".web/build").mkdir()
    (folder / ".web/build/client").symlink_to(ROOT / ".web/build/client")
    (folder / ".web/build/made-of").write_text("the next release")
    (before,) = our_heads()
    script = MIGRATION.format(revision=NEXT_REVISION, before=before)
    (folder / "alembic/versions" / f"20990101_{NEXT_REVISION}_moods.py").write_text(script)
    return Release(folder, settings)
