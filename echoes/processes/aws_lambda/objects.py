"""The objects of one invocation, as a worker writes and reads them: by the storage, like all files."""

import tempfile
from pathlib import Path

from compiler.cloud.invocation import Invocation, InvocationKeys, Reply, Status
from echoes.errors import NotFound
from echoes.storage import get_storage

MOST_BYTES = 16 << 20


class InvocationObjects:
    def __init__(self, keys: InvocationKeys) -> None:
        self._keys = keys

    def ask(self, invocation: Invocation) -> bool:
        """Writes the request. False when it was there: an earlier process asked for the same, and what it
        began is gone on with. What was cancelled is begun anew."""
        storage = get_storage()
        if storage.exists(self._keys.request) and not storage.exists(self._keys.cancel):
            return False
        self.delete()
        _put(self._keys.request, invocation.to_bytes())
        return True

    def status(self) -> Status | None:
        content = _read(self._keys.status)
        return None if content is None else Status.from_bytes(content)

    def reply(self) -> Reply | None:
        content = _read(self._keys.result)
        return None if content is None else Reply.from_bytes(content)

    def cancel(self) -> None:
        _put(self._keys.cancel, b"{}")

    def delete(self) -> None:
        get_storage().delete(self._keys.all)


def _read(key: str) -> bytes | None:
    try:
        with get_storage().open(key) as stream:
            return stream.read(MOST_BYTES)
    except NotFound:
        return None


def _put(key: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "object.json"
        path.write_bytes(content)
        get_storage().put(key, path)
