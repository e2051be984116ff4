"""`echoes storage move`: every file reaches the other side whole, whatever happens on the way."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from echoes.commands import storage_move
from echoes.errors import Refused, StorageUnavailable
from echoes.models import new_id
from echoes.settings import Settings
from echoes.storage import Storage, every_file, make_storage, new_key
from echoes.storage.moving import StorageMove
from tests.storage.contract import OWNER
from tests.support.aws.emulators import aws_environment, new_bucket, settings_of_bucket
from tests.support.processes import wait_for

pytestmark = pytest.mark.slow


@pytest.fixture
def settings(ministack: str, tmp_path: Path) -> Iterator[Settings]:
    told = settings_of_bucket(ministack, new_bucket(ministack))
    with aws_environment(told | {"ECHOES_STORAGE": "folder", "ECHOES_DATA_DIR": str(tmp_path)}):
        yield Settings()


@pytest.fixture
def folder(settings: Settings) -> Storage:
    return make_storage(settings)


@pytest.fixture
def bucket(settings: Settings) -> Storage:
    return make_storage(settings.model_copy(update={"storage": "s3"}))


def fill(storage: Storage, scratch: Path, count: int) -> dict[str, bytes]:
    files = {new_key(OWNER, "photos", "jpg"): os.urandom(2000 + number) for number in range(count)}
    for key, content in files.items():
        put(storage, scratch, key, content)
    return files


def put(storage: Storage, scratch: Path, key: str, content: bytes) -> None:
    source = scratch / f"{new_id()}.part"
    source.write_bytes(content)
    storage.put(key, source)


def content_of(storage: Storage) -> dict[str, bytes]:
    found = {}
    for file in every_file(storage):
        with storage.open(file.key) as stream:
            found[file.key] = stream.read()
    return found


def test_there_and_back(settings: Settings, folder: Storage, bucket: Storage, tmp_path: Path) -> None:
    files = fill(folder, tmp_path, 30)
    said: list[str] = []
    assert storage_move.move(settings, "s3", said.append)
    assert content_of(bucket) == content_of(folder) == files
    assert "ECHOES_STORAGE=s3" in said[-1]
    switched = settings.model_copy(update={"storage": "s3"})
    assert storage_move.move(switched, "s3", said.append, delete_source=True)
    assert (content_of(folder), said[-1][:20]) == ({}, "30 files are deleted")
    added = fill(bucket, tmp_path, 2)
    assert storage_move.move(switched, "folder", said.append)
    assert content_of(folder) == files | added
    assert said[-1].startswith(f"Everything is in {settings.files_dir}.")


def test_it_only_says_how_much_there_is(
    settings: Settings, folder: Storage, bucket: Storage, tmp_path: Path
) -> None:
    files = fill(folder, tmp_path, 3)
    said: list[str] = []
    assert storage_move.move(settings, "s3", said.append, dry_run=True)
    assert (
        said[-1]
        == f"3 files of {sum(map(len, files.values())):,} bytes would be copied. Nothing was changed."
    )
    assert content_of(bucket) == {}


def test_while_people_add_and_delete(
    settings: Settings, folder: Storage, bucket: Storage, tmp_path: Path
) -> None:
    kept, doomed = fill(folder, tmp_path, 30), fill(folder, tmp_path, 30)
    ended, added = threading.Event(), dict[str, bytes]()

    def go_on() -> None:
        for key in doomed:
            folder.delete([key])
            added.update(fill(folder, tmp_path, 1))
        ended.set()

    thread = threading.Thread(target=go_on)
    thread.start()
    assert storage_move.move(settings, "s3", lambda _: None)
    thread.join()
    assert ended.is_set()
    assert storage_move.move(settings, "s3", lambda _: None)  # the last pass, as before the switch
    moved = content_of(bucket)
    assert {key: moved.get(key) for key in kept | added} == kept | added
    assert moved.keys() <= (kept | added | doomed).keys()


def test_killed_in_the_middle_it_goes_on_where_it_was(
    settings: Settings, folder: Storage, bucket: Storage, tmp_path: Path
) -> None:
    files = fill(folder, tmp_path, 120)
    command = [sys.executable, "-m", "echoes", "storage", "move", "--to", "s3", "--threads", "1"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    wait_for(lambda: len(bucket.list()) > 20, "some files to be moved")
    process.send_signal(signal.SIGKILL)
    process.wait()
    moved = {file.key: file.modified for file in every_file(bucket)}
    assert 20 < len(moved) < 120
    time.sleep(1.0)  # the bucket tells seconds apart
    again = subprocess.run(command[:-2], capture_output=True, text=True, check=True)
    assert f"{120 - len(moved)} files of " in again.stdout
    now = {file.key: file.modified for file in every_file(bucket)}
    assert {key: now[key] for key in moved} == moved
    assert content_of(bucket) == files


def test_a_file_that_arrives_damaged_is_not_left_there(
    folder: Storage, bucket: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = sorted(fill(folder, tmp_path, 2))
    whole = type(bucket).put

    def put_damaged(self: Storage, key: str, source: Path) -> None:
        if key == bad:
            source.write_bytes(b"?" * source.stat().st_size)
        whole(self, key, source)

    monkeypatch.setattr(type(bucket), "put", put_damaged)
    report = StorageMove(folder, bucket, tmp_path, print).run()
    assert (report.copied, report.failed) == (1, {bad: "it arrived damaged"})
    assert content_of(bucket).keys() == {good}


def test_a_copy_that_was_damaged_since_is_found(
    settings: Settings, folder: Storage, bucket: Storage, tmp_path: Path
) -> None:
    files = fill(folder, tmp_path, 3)
    assert storage_move.move(settings, "s3", print)
    key = sorted(files)[1]
    put(bucket, tmp_path, key, b"?" * len(files[key]))
    said: list[str] = []
    switched = settings.model_copy(update={"storage": "s3"})
    assert not storage_move.move(switched, "s3", said.append, delete_source=True)
    assert any(line.startswith(f"✗ {key} is not the same on both sides") for line in said)
    assert content_of(folder) == files
    bucket.delete([key])
    assert storage_move.move(switched, "s3", said.append, verify=True)


def test_nothing_is_deleted_before_the_switch(settings: Settings) -> None:
    with pytest.raises(Refused, match="ECHOES_STORAGE=s3"):
        storage_move.move(settings, "s3", print, delete_source=True)


def test_without_a_bucket_it_says_so(settings: Settings) -> None:
    with pytest.raises(Refused, match="ECHOES_S3_BUCKET is not set"):
        storage_move.move(settings.model_copy(update={"s3_bucket": ""}), "s3", print)


def test_what_does_not_work_is_a_sentence(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(StorageUnavailable) as absent:
        storage_move.move(settings.model_copy(update={"s3_bucket": "echoes-not-there"}), "s3", print)
    assert absent.value.advice
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    command = [sys.executable, "-m", "echoes", "storage", "move", "--to", "s3"]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (told.returncode, "Traceback" in told.stderr) == (1, False)
    assert "AWS_ACCESS_KEY_ID" in told.stderr


def test_an_error_on_the_way_is_said_and_the_rest_is_copied(
    settings: Settings, folder: Storage, bucket: Storage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = sorted(fill(folder, tmp_path, 3))
    whole = type(bucket).put

    def put_or_fail(self: Storage, key: str, source: Path) -> None:
        if key == files[0]:
            raise StorageUnavailable("the service answers 503", "It may pass by itself.")
        whole(self, key, source)

    monkeypatch.setattr(type(bucket), "put", put_or_fail)
    said: list[str] = []
    assert not storage_move.move(settings, "s3", said.append)
    assert any("The service answers 503. It may pass by itself." in line for line in said)
    assert content_of(bucket).keys() == set(files[1:])
