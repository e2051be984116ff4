"""Small posters of takes and films: their URL for pages, and the backfill for rows that have none yet."""

import logging
import tempfile
from pathlib import Path, PurePosixPath
from uuid import UUID

import sqlalchemy as sa
from PIL import Image
from sqlmodel import col, select

from compiler.clips.poster import SMALL_SIDE, save_small
from echoes.database import get_database
from echoes.errors import NotFound
from echoes.models import Take, Video
from echoes.storage import Storage, get_storage

AT_ONCE = 500
"""Of each table; more wait for the next run."""
SIDES: dict[type[Take] | type[Video], int] = {Take: SMALL_SIDE, Video: 960}
"""Pixels of the longer side: a film stands alone on its page, and is larger there than a clip."""

logger = logging.getLogger(__name__)


def shown_poster_key(row: Take | Video | None) -> str:
    """The small one, or the large one of a row that has no other; nothing where there is no picture."""
    return (row and (row.small_poster_key or row.poster_key)) or ""


def poster_url(row: Take | Video | None, storage: Storage) -> str:
    key = shown_poster_key(row)
    return storage.url(key) if key else ""


def small_poster_key(poster_key: str) -> str:
    """Beside the large one: fixed by the row, as that is."""
    return str(PurePosixPath(poster_key).with_suffix(".webp"))


def make_small_poster(table: type[Take] | type[Video], poster_key: str) -> str:
    """Its key; a poster that cannot be read, in whichever way Pillow says so, stands for itself: it keeps no
    others waiting. Posters are our own encoding, so they need no sandbox. Blocks."""
    try:
        with get_storage().local_path(poster_key) as path:
            return put_small_poster(table, poster_key, path)
    except NotFound:
        logger.warning("the poster %s is gone", poster_key)
        return poster_key


def put_small_poster(table: type[Take] | type[Video], poster_key: str, poster: Path) -> str:
    """The same of a poster that lies on this machine, whatever its key."""
    small_key = small_poster_key(poster_key)
    try:
        with tempfile.TemporaryDirectory() as folder:
            small = Path(folder) / "small.webp"
            with Image.open(poster) as picture:
                save_small(picture, small, SIDES[table])
            get_storage().put(small_key, small)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        logger.warning("the poster %s cannot be made smaller", poster_key, exc_info=True)
        return poster_key
    return small_key


def make_missing_posters() -> int:
    """How many were made, or given up."""
    return sum(map(_make_missing_of, SIDES))


def _make_missing_of(table: type[Take] | type[Video]) -> int:
    missing = _missing(table)
    for row_id, poster_key in missing:
        _remember(table, row_id, make_small_poster(table, poster_key))
    return len(missing)


def _missing(table: type[Take] | type[Video]) -> list[tuple[UUID, str]]:
    query = select(table.id, table.poster_key).where(
        col(table.poster_key).is_not(None), col(table.small_poster_key).is_(None)
    )
    with get_database().reading() as session:
        found = session.exec(query.order_by(col(table.id)).limit(AT_ONCE))
        return [(row_id, str(key)) for row_id, key in found]


def _remember(table: type[Take] | type[Video], row_id: UUID, key: str) -> None:
    """A row that has gone in the meantime leaves a file that no row names: cleanup finds it."""
    change = sa.update(table).where(col(table.id) == row_id, col(table.poster_key).is_not(None))
    with get_database().unscoped() as session:
        session.execute(change.values(small_poster_key=key))
