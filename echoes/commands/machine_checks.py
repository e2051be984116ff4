"""Checks of what is on this machine: database, storage, FFmpeg."""

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import av
import imageio_ffmpeg
import sqlalchemy as sa
from av.codec.codec import UnknownCodecError

from echoes.commands.findings import Problem
from echoes.database import get_database
from echoes.database.migrations import heads_of
from echoes.engine.cleanup import find_damaged_files
from echoes.settings import MEGABYTE, Settings
from echoes.startup_checks import CannotStart, answering, check_data_folder, check_database, nearest
from echoes.storage import StorageUnusable, get_storage

LEAST_ROOM = 2048 * MEGABYTE
CODECS = {"libx264": "w", "aac": "w", "h264": "r", "hevc": "r"}
SECONDS = 20.0
SHOWN = 3
"""Of damaged files, by name."""


async def database(settings: Settings) -> str:
    return await asyncio.to_thread(_database, settings)


async def address(settings: Settings) -> str:
    """How browsers reach us, and what they keep from pages that come without TLS."""
    if settings.public_url.startswith("https://"):
        return f"{settings.public_url}, over https"
    if not settings.is_plain_http:
        return f"{settings.public_url}, for this computer alone"
    return (
        f"{settings.public_url}, without https: anybody in that network can read what is sent, and browsers"
        " offer neither passkeys nor buttons that copy there, nor keep the screen awake. A proxy with a"
        " certificate changes that (docs/hosting.md)"
    )


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
        heads = ", ".join(sorted(heads_of(connection)))
    place = address.database if settings.is_sqlite else address.render_as_string(hide_password=True)
    limit = ", for one process on this machine" if settings.is_sqlite else ""
    return f"{address.get_backend_name()} {version}, {place}, at {heads}{limit}"


@contextmanager
def _as_problem() -> Iterator[None]:
    try:
        yield
    except CannotStart as error:
        raise Problem(error.reason, error.advice) from error


def _storage(settings: Settings) -> str:
    with _as_problem():
        check_data_folder(settings)
    try:
        place = get_storage().check()
    except StorageUnusable as error:
        raise Problem(error.reason, error.advice) from error
    folder = nearest(settings.data_dir if settings.storage == "s3" else settings.files_dir)
    free = shutil.disk_usage(folder).free
    if free < LEAST_ROOM:
        raise Problem(
            f"only {free // MEGABYTE:,} MB are free in {folder}",
            f"Free some space: below {LEAST_ROOM // MEGABYTE:,} MB, uploads and films soon fail.",
        )
    if damaged := find_damaged_files() if _has_tables(settings) else []:
        raise Problem(
            f"{len(damaged)} files are not as they were stored: {', '.join(damaged[:SHOWN])}",
            "Check the disk, and restore these files from a backup. Films can also be made again.",
        )
    return f"{place}, {free // MEGABYTE:,} MB free" + (f" in {folder}" if settings.storage == "s3" else "")


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
