"""Copy, compress and check an SQLite database while others write to it."""

import gzip
import shutil
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa

from echoes.errors import BadInput, Refused
from echoes.settings import Settings

BESIDE_A_DATABASE = ("-wal", "-shm", "-journal")
"""Left over from another database of that name: SQLite would write what they hold into the restored one."""
NO_DATABASE = "There is no database at {}. Is ECHOES_DATA_DIR right?"


def database_file(settings: Settings) -> Path:
    """Of an embedded mode."""
    return Path(str(sa.make_url(settings.database_url).database))


def copy_sqlite(database: Path, copy: Path) -> None:
    """As it is at one moment; writers go on meanwhile. Raises BadInput."""
    if not database.is_file():
        raise BadInput(NO_DATABASE.format(database))
    copy.unlink(missing_ok=True)
    live = f"file:{quote(str(database))}?mode=rw"
    with (
        unreadable_in_words(),
        closing(sqlite3.connect(live, uri=True, timeout=30)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")  # One file, and none beside it.


@contextmanager
def unreadable_in_words() -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise BadInput(
            f"The database cannot be read: {error}. Run `echoes doctor` to find out more."
        ) from error


def compress(path: Path, target: Path) -> None:
    with path.open("rb") as source, gzip.open(target, "wb", compresslevel=6) as compressed:
        shutil.copyfileobj(source, compressed)


def decompress(path: Path, target: Path) -> None:
    """Raises ValueError for what is cut or changed."""
    try:
        with gzip.open(path, "rb") as compressed, target.open("xb") as file:
            shutil.copyfileobj(compressed, file)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ValueError("the database cannot be unpacked") from error
    target.chmod(0o600)


def is_sound(database: Path) -> bool:
    try:
        with closing(sqlite3.connect(database)) as copy:
            return bool(copy.execute("PRAGMA quick_check").fetchone() == ("ok",))
    except sqlite3.DatabaseError:
        return False


def require_none(database: Path) -> None:
    """Raises Refused where a database, or part of one, is there already."""
    for suffix in ("", *BESIDE_A_DATABASE):
        if (there := database.with_name(database.name + suffix)).exists():
            raise Refused(f"{there}, part of a database, already exists, and restoring overwrites nothing.")
