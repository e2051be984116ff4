"""Pictures of words, drawn by the compiler once and kept in the cache folder by content."""

import asyncio
import os
import secrets
from pathlib import Path

from compiler.requests import LetteringRequest
from echoes.lettering.addresses import Words
from echoes.processes.compiler import get_compiler
from echoes.settings import get_settings
from echoes.storage.disk import full_or_read_only_disk_in_words

AT_ONCE = 2
"""A film of forty captions asks for all of them at about the same time."""


class Drawings:
    """Draws what is asked for, each picture once, a few at a time. One for each event loop."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(AT_ONCE)
        self._under_way: dict[str, asyncio.Task[Path]] = {}

    async def picture(self, words: Words) -> Path:
        """The file, made now or earlier. Raises CompilationFailed, StorageFull."""
        path = get_settings().cache_dir / f"lettering-{words.digest}.webp"
        if await asyncio.to_thread(_in_use, path):
            return path
        if (task := self._under_way.get(words.digest)) is None:
            task = asyncio.create_task(self._draw(words, path))
            self._under_way[words.digest] = task
            task.add_done_callback(lambda _: self._under_way.pop(words.digest, None))
        return await asyncio.shield(task)

    async def _draw(self, words: Words, path: Path) -> Path:
        async with self._places:
            part = path.with_name(f".{path.stem}.{secrets.token_hex(4)}.webp")
            with full_or_read_only_disk_in_words():
                await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
            size = (words.width, words.height)
            request = LetteringRequest(part, words.kind, words.text, words.subtitle, size, words.style)
            try:
                await get_compiler().run(request)
                await asyncio.to_thread(part.replace, path)
            finally:
                await asyncio.to_thread(part.unlink, missing_ok=True)
        return path


def _in_use(path: Path) -> bool:
    """Whether it is there. What is looked at stays young, for what is old is cleaned up (engine.cleanup)."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True
