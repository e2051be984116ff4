"""Every program that cannot start ends with one sentence on its standard error, and a code that says so."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from echoes.database import Database
from echoes.database.migrations import VERSION

pytestmark = [pytest.mark.slow, pytest.mark.own_interpreter]

ROOT = Path(__file__).parents[2]
UNWRITABLE = {"ECHOES_DATA_DIR": "/proc/sys"}
UNREACHABLE = {"ECHOES_DATABASE_URL": "postgresql://echoes:hidden-word@127.0.0.1:1/echoes"}
WRONG = {"ECHOES_PORT": "-3", "ECHOES_CLIP_SECONDS": "nan"}
PROGRAMS: Mapping[str, tuple[str, ...]] = {
    "web": ("-m", "echoes.web"),
    "worker": ("-m", "echoes", "worker"),
    "migrations": ("-m", "alembic", "upgrade", "head"),
    "command": ("-m", "echoes", "grant", "anna@echoes.example", "1", "--reason", "a gift"),
}


CASES = [
    ("web", UNWRITABLE, "/proc/sys cannot be written to"),
    (
        "web",
        WRONG,
        "ECHOES_PORT must be a whole number from 1 to 65,535, and is -3.\nECHOES_CLIP_SECONDS must",
    ),
    ("worker", UNREACHABLE, "The database does not answer"),
    ("migrations", UNWRITABLE, "/proc/sys cannot be written to"),
    ("migrations", UNREACHABLE, "The database does not answer"),
    ("migrations", WRONG, "ECHOES_CLIP_SECONDS must be a number"),
    ("command", UNREACHABLE, "The database does not answer"),
]


@pytest.mark.parametrize(("program", "environment", "sentence"), CASES)
def test_a_program_that_cannot_start_says_why(
    tmp_path: Path, program: str, environment: Mapping[str, str], sentence: str
) -> None:
    said = start(program, tmp_path, environment)
    assert sentence in said
    assert "hidden-word" not in said


@pytest.mark.parametrize("program", ["worker", "migrations"])
def test_a_full_disk_is_named(tmp_path: Path, program: str) -> None:
    assert f"There is no room left in {tmp_path}" in start(program, tmp_path, {}, files_of_at_most="0")


@pytest.mark.parametrize("program", ["web", "worker"])
def test_a_database_that_lacks_the_newest_migrations(
    database: Database, data_dir: Path, program: str
) -> None:
    with database.engine.begin() as connection:
        connection.execute(VERSION.update(), {"version_num": "0001"})
    assert "stands at revision 0001, and Echoes needs" in start(program, data_dir, {})


def start(
    program: str, folder: Path, environment: Mapping[str, str], files_of_at_most: str = "unlimited"
) -> str:
    """What it says, having ended with another code than 0 and without a stack trace."""
    ours = {"ECHOES_DATA_DIR": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    ended = subprocess.run(
        [
            "/bin/sh",
            "-c",
            f'ulimit -f {files_of_at_most}; exec "$0" "$@"',
            sys.executable,
            *PROGRAMS[program],
        ],
        cwd=ROOT,
        env={**os.environ, **ours, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    said: str = ended.stderr + ended.stdout
    assert ended.returncode != 0
    assert "Traceback" not in said
    return said
