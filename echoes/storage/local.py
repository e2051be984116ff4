"""Files in a folder of this machine."""

import errno
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from echoes.errors import NotFound
from echoes.storage.base import checked_key
from echoes.storage.disk import full_or_read_only_disk_in_words, make_folder, sync
from echoes.storage.signing import UrlSigner


class LocalStorage:
    def __init__(self, folder: Path, signer: UrlSigner) -> None:
        self._folder = folder
        self.signer = signer

    def put(self, key: str, source: Path) -> None:
        target = self._path(key)
        with full_or_read_only_disk_in_words():
            make_folder(target.parent)
            sync(source)
            _move(source, target)
            sync(target.parent)

    @contextmanager
    def local_path(self, key: str) -> Iterator[Path]:
        path = self._path(key)
        if not path.is_file():
            raise NotFound
        yield path

    def size(self, key: str) -> int:
        with self.local_path(key) as path:
            return path.stat().st_size

    def url(self, key: str, *, size_bytes: int | None = None, download_name: str | None = None) -> str:
        return self.signer.url(checked_key(key), size_bytes, download_name)

    def delete(self, keys: Iterable[str]) -> None:
        for key in keys:
            self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / checked_key(key)


def _move(source: Path, target: Path) -> None:
    try:
        source.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _move_across_disks(source, target)


def _move_across_disks(source: Path, target: Path) -> None:
    """By way of a name beside the target that can be no key, so that nobody sees half a file."""
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        shutil.copyfile(source, part)
        sync(part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    source.unlink()
