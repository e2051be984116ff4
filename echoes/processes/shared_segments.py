"""The segment cache of a project, shared by all machines where files are in a bucket (`compiler.cloud`).

It is only a help: what cannot be fetched is made anew, and what cannot be put is said in the log.
"""

import asyncio
import logging
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from compiler.cloud.segments import SharedSegments, StoredSegment, prefix_of
from compiler.requests import Request
from echoes.errors import NotFound, brief
from echoes.settings import get_settings
from echoes.storage import every_file, get_storage

logger = logging.getLogger(__name__)


class StorageSegments:
    """The storage as `compiler.cloud.segments.SegmentStore`."""

    def listed(self, prefix: str) -> Iterator[StoredSegment]:
        for file in every_file(get_storage(), prefix):
            yield StoredSegment(file.key, file.size, file.modified)

    def fetch(self, key: str, path: Path) -> None:
        """Without a copy in the machine's cache of stored files: this one is the machine's cache."""
        try:
            with get_storage().open(key) as stored, path.open("wb") as file:
                shutil.copyfileobj(stored, file)
        except NotFound as error:
            raise FileNotFoundError(key) from error

    def put(self, key: str, path: Path) -> None:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / path.name
            shutil.copyfile(path, copy)
            get_storage().put(key, copy)


@asynccontextmanager
async def shared(request: Request[Any]) -> AsyncIterator[None]:
    """When the block begins, the cache has what others made; when it ends, they have what was made in it."""
    cache: Path | None = getattr(request, "cache", None)
    if cache is None or not is_shared():
        yield
        return
    segments = SharedSegments(StorageSegments(), cache.name, cache)
    await _try(segments.fetch, "fetched")
    yield
    await _try(segments.put_new, "put")


def is_shared() -> bool:
    return get_settings().storage == "s3"


def forget_shared(cache: str) -> None:
    """All pieces of the cache of that name."""
    if is_shared():
        storage = get_storage()
        storage.delete([file.key for file in every_file(storage, prefix_of(cache))])


async def _try(work: Any, what: str) -> None:
    try:
        await asyncio.to_thread(work)
    except Exception as error:
        logger.warning("pieces of a film could not be %s: %s", what, brief(error))
