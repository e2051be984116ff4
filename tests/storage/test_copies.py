"""The cache of downloaded files: bounded, whole files only, safe between threads and processes."""

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

import pytest

from echoes.errors import StorageFull, StorageUnavailable
from echoes.storage import copies
from echoes.storage.copies import CopyCache
from tests.support.processes import PATIENCE

SIZE = 1000
ROOM = 3500
"""For three files of this size."""


class Source:
    """Where files come from; counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, file: BinaryIO) -> None:
        self.asked += 1
        file.write(b"x" * SIZE)


@pytest.fixture
def cache(tmp_path: Path) -> CopyCache:
    return CopyCache(tmp_path / "copies", ROOM)


def names(folder: Path) -> set[str]:
    return {path.name for path in (folder / "copies").iterdir()} - {copies.LOCK}


def use(cache: CopyCache, name: str, source: Callable[[BinaryIO], object] | None = None) -> None:
    with cache.held(name, SIZE, source or Source()) as path:
        assert path.stat().st_size == SIZE


def test_a_file_is_downloaded_once(cache: CopyCache) -> None:
    source = Source()
    for _ in range(3):
        use(cache, "one.mp4", source)
    assert source.asked == 1


def test_what_was_used_least_recently_goes_first(cache: CopyCache, tmp_path: Path) -> None:
    for name in ("one.mp4", "two.mp4", "three.mp4", "one.mp4", "four.mp4"):
        use(cache, name)
        time.sleep(0.01)
    assert names(tmp_path) == {"one.mp4", "three.mp4", "four.mp4"}


def test_what_is_in_use_stays_even_where_that_is_more_than_fits(cache: CopyCache, tmp_path: Path) -> None:
    with cache.held("one.mp4", SIZE, Source()) as held:
        for name in ("two.mp4", "three.mp4", "four.mp4", "five.mp4"):
            use(cache, name)
        assert held.read_bytes() == b"x" * SIZE
        assert names(tmp_path) == {"one.mp4", "four.mp4", "five.mp4"}


def test_what_broke_off_is_nobodys_file(cache: CopyCache, tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailable, match="999 bytes of 1000"):
        use(cache, "one.mp4", lambda file: file.write(b"x" * (SIZE - 1)))
    assert names(tmp_path) == set()
    use(cache, "one.mp4")


def test_a_file_that_lost_its_end_is_downloaded_again(cache: CopyCache, tmp_path: Path) -> None:
    source = Source()
    use(cache, "one.mp4", source)
    (tmp_path / "copies" / "one.mp4").write_bytes(b"x")
    use(cache, "one.mp4", source)
    assert source.asked == 2


def test_a_disk_without_room_is_said_in_words(cache: CopyCache, tmp_path: Path) -> None:
    def full(_file: BinaryIO) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(StorageFull):
        use(cache, "one.mp4", full)
    assert names(tmp_path) == set()


def test_a_file_of_ours_is_taken_over_without_a_download(cache: CopyCache, tmp_path: Path) -> None:
    source, asked = tmp_path / "made.mp4", Source()
    source.write_bytes(b"x" * SIZE)
    cache.adopt("one.mp4", source)
    use(cache, "one.mp4", asked)
    assert (asked.asked, source.exists()) == (0, False)


def test_what_is_deleted_or_long_unused_goes(cache: CopyCache, tmp_path: Path) -> None:
    for name in ("a~1.mp4", "a~2.mp4", "b~1.mp4"):
        use(cache, name)
    cache.forget(("a~",))
    assert names(tmp_path) == {"b~1.mp4"}
    os.utime(tmp_path / "copies" / "b~1.mp4", (1, 1))
    with cache.held("b~1.mp4", SIZE, Source()):
        os.utime(tmp_path / "copies" / "b~1.mp4", (1, 1))
        cache.forget_unused(timedelta(days=1))
        assert names(tmp_path) == {"b~1.mp4"}
    cache.forget_unused(timedelta(days=1))
    assert names(tmp_path) == set()


def test_many_threads_want_the_same_and_it_is_downloaded_once(cache: CopyCache) -> None:
    source = Source()

    def slowly(file: BinaryIO) -> None:
        time.sleep(0.1)
        source(file)

    threads = [threading.Thread(target=use, args=(cache, "one.mp4", slowly)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert source.asked == 1


PROGRAM = """
import sys, time
from pathlib import Path
from echoes.storage.copies import CopyCache

def download(file):
    file.write(b"x" * 500)
    file.flush()
    print("half", flush=True)
    if sys.argv[2] == "hang":
        time.sleep(600)
    file.write(b"x" * 500)

with CopyCache(Path(sys.argv[1]), 3500).held("one.mp4", 1000, download):
    print("held", flush=True)
    time.sleep(600)
"""


def another_process(folder: Path, until: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", PROGRAM, str(folder / "copies"), "hang" if until == "half" else "go on"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    while process.stdout.readline().strip() != until:
        assert process.poll() is None
    return process


@pytest.mark.slow
def test_a_process_that_is_killed_in_mid_download_leaves_nothing_in_the_way(
    cache: CopyCache, tmp_path: Path
) -> None:
    process = another_process(tmp_path, "half")
    assert names(tmp_path) == {".one.mp4"}
    process.kill()
    process.wait(PATIENCE)
    use(cache, "one.mp4")
    assert names(tmp_path) == {"one.mp4"}


@pytest.mark.slow
def test_a_frozen_download_is_not_waited_for(
    cache: CopyCache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "STALLED_SECONDS", 0.2)
    process = another_process(tmp_path, "half")
    try:
        process.send_signal(signal.SIGSTOP)
        use(cache, "one.mp4")
        assert names(tmp_path) == {".one.mp4"}
    finally:
        process.kill()
        process.wait(PATIENCE)
    cache.forget_unused(timedelta(days=1))
    assert names(tmp_path) == set()


@pytest.mark.slow
def test_what_another_process_uses_stays_until_it_is_killed(cache: CopyCache, tmp_path: Path) -> None:
    process = another_process(tmp_path, "held")
    try:
        for name in ("two.mp4", "three.mp4", "four.mp4", "five.mp4"):
            use(cache, name)
        assert "one.mp4" in names(tmp_path)
    finally:
        process.kill()
        process.wait(PATIENCE)
    use(cache, "six.mp4")
    use(cache, "seven.mp4")
    assert "one.mp4" not in names(tmp_path)


@pytest.mark.slow
def test_who_makes_room_waits_for_another_only_so_long(
    cache: CopyCache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copies, "LOCK_SECONDS", 0.2)
    use(cache, "one.mp4")
    descriptor = os.open(tmp_path / "copies" / copies.LOCK, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        use(cache, "two.mp4")
        assert names(tmp_path) == {"one.mp4", "two.mp4"}
    finally:
        os.close(descriptor)
