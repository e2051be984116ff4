"""Checks of what is on this machine: database, storage, FFmpeg."""

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import imageio_ffmpeg
import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from av.codec.codec import UnknownCodecError

from echoes.commands.findings import Problem
from echoes.database import get_database
from echoes.engine.cleanup import find_damaged_files
from echoes.settings import MEGABYTE, Settings
from echoes.startup import MIGRATE, CannotStart, answering, check_data_folder, check_database, nearest

MIGRATIONS = Path(__file__).resolve().parents[2] / "alembic.ini"
OF_A_NEWER_ONE = "A newer Echoes has written it: start that one, or restore a backup from before."
LEAST_ROOM = 2048 * MEGABYTE
CODECS = {"libx264": "w", "aac": "w", "h264": "r", "hevc": "r"}
SECONDS = 20.0
SHOWN = 3
"""Of damaged files, by name."""


async def database(settings: Settings) -> str:
    return await asyncio.to_thread(_database, settings)


async def storage(settings: Settings) -> str:
    return await asyncio.to_thread(_storage, settings)


async def ffmpeg(_settings: Settings) -> str:
    return await asyncio.to_thread(_ffmpeg)


def _database(settings: Settings) -> str:
    address = sa.make_url(settings.database_url)
    with _as_problem():
        check_database(settings)
    with _as_problem(), answering("ECHOES_DATABASE_URL"), get_database().engine.connect() as connection:
        version = ".".join(map(str, connection.dialect.server_version_info or ()))
        heads = set(MigrationContext.configure(connection).get_current_heads())
    scripts = ScriptDirectory.from_config(Config(MIGRATIONS))
    wanted = set(scripts.get_heads())
    if unknown := heads - {script.revision for script in scripts.walk_revisions()}:
        raise Problem(f"it is {', '.join(sorted(unknown))}, which this Echoes does not know", OF_A_NEWER_ONE)
    if heads != wanted:
        found = ", ".join(sorted(heads)) or "empty"
        raise Problem(f"it is {found}, and this Echoes needs {', '.join(sorted(wanted))}", MIGRATE)
    place = address.database if settings.is_sqlite else address.render_as_string(hide_password=True)
    return f"{address.get_backend_name()} {version}, {place}, at {', '.join(sorted(heads))}"


@contextmanager
def _as_problem() -> Iterator[None]:
    try:
        yield
    except CannotStart as error:
        raise Problem(error.sentence, error.advice) from error


def _storage(settings: Settings) -> str:
    with _as_problem():
        check_data_folder(settings)
    folder = nearest(settings.files_dir)
    free = shutil.disk_usage(folder).free
    if free < LEAST_ROOM:
        raise Problem(
            f"only {free // MEGABYTE:,} MB are free in {folder}",
            f"Make room: below {LEAST_ROOM // MEGABYTE:,} MB uploads and films soon fail.",
        )
    if damaged := find_damaged_files() if _has_tables(settings) else []:
        raise Problem(
            f"{len(damaged)} files are not as they were stored: {', '.join(damaged[:SHOWN])}",
            "Look at the disk, and bring these files back from a backup. A film can also be made again.",
        )
    return f"{settings.files_dir}, {free // MEGABYTE:,} MB free"


def _has_tables(settings: Settings) -> bool:
    try:
        check_database(settings)
    except CannotStart:
        return False  # Which the check of the database says.
    return True


def _ffmpeg() -> str:
    again = "Install Echoes' packages again: `make clean`, then `make run`."
    for name, mode in CODECS.items():
        try:
            av.codec.Codec(name, "w" if mode == "w" else "r")
        except UnknownCodecError as error:
            raise Problem(f"PyAV {av.__version__} has no {name}", again) from error
    try:
        program = imageio_ffmpeg.get_ffmpeg_exe()
        asked = subprocess.run(
            [program, "-version"], capture_output=True, text=True, timeout=SECONDS, check=True
        )
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:
        raise Problem(f"the program does not start: {error}", again) from error
    return f"PyAV {av.__version__}, {' '.join(asked.stdout.split()[:3])}"
