"""Files in a folder: the contract of all storages, and what only a folder can get wrong."""

import os
import resource
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from echoes.errors import StorageFull
from echoes.settings import get_settings
from echoes.storage import Storage, get_storage, new_key
from echoes.storage.routes import routes
from tests.storage.contract import OWNER, StorageContract
from tests.support.processes import PATIENCE
from tests.support.servers.application import application
from tests.support.servers.production import serve


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serve(application(routes)) as url:
        yield url


@pytest.fixture
def storage(data_dir: Path) -> Storage:
    return get_storage()


@pytest.fixture
def web(address: str, data_dir: Path) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=PATIENCE) as client:
        yield client


class TestLocalStorage(StorageContract):
    pass


def files_under(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def make_file(folder: Path, content: bytes) -> Path:
    path = folder / "source"
    path.write_bytes(content)
    return path


@pytest.fixture
def small_disk() -> Iterator[int]:
    """The kernel refuses to write more than this into one file, as a full disk or a quota would."""
    limit = 64 * 1024
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    yield limit
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_file_of_another_disk_is_moved_too(storage: Storage, data_dir: Path) -> None:
    shared_memory = Path("/dev/shm")  # noqa: S108 - the one other file system that every Linux has
    if not shared_memory.is_dir() or shared_memory.stat().st_dev == data_dir.stat().st_dev:
        pytest.skip("there is only one file system here")
    source = shared_memory / f"echoes-test-{os.getpid()}"
    source.write_bytes(b"from afar")
    key = new_key(OWNER, "films", "mp4")
    storage.put(key, source)
    assert not source.exists()
    assert [path.read_bytes() for path in files_under(get_settings().files_dir)] == [b"from afar"]


def test_a_full_disk_leaves_the_file_where_it_was(
    storage: Storage, data_dir: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    source = make_file(data_dir, b"x" * 200_000)
    _pretend_another_disk(monkeypatch)
    request.getfixturevalue("small_disk")
    with pytest.raises(StorageFull, match="no room"):
        storage.put(new_key(OWNER, "films", "mp4"), source)
    assert source.stat().st_size == 200_000
    assert files_under(get_settings().files_dir) == []


def _pretend_another_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first rename fails as between two disks: only a copy can run out of room."""
    rename, calls = Path.replace, []

    def replace(path: Path, target: Path) -> Path:
        calls.append(path)
        if len(calls) == 1:
            raise OSError(18, "Invalid cross-device link")
        return rename(path, target)

    monkeypatch.setattr(Path, "replace", replace)


def test_files_are_for_this_account_of_the_machine_alone(storage: Storage, data_dir: Path) -> None:
    key = new_key(OWNER, "photos", "jpg")
    storage.put(key, make_file(data_dir, b"private"))
    for folder in (get_settings().files_dir, get_settings().files_dir / str(OWNER)):
        assert folder.stat().st_mode & 0o077 == 0
