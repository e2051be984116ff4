"""What every storage must do. A test class of a real storage derives from this and says how to make one."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import httpx
import pytest

from echoes.errors import NotFound
from echoes.storage import Storage, every_file, new_key

OWNER = UUID("01930000-0000-7000-8000-000000000001")
MakeFile = Callable[[bytes], Path]


class StorageContract:
    """`storage` and `web` (a client that can open the storage's URLs) are fixtures of the derived class."""

    @pytest.fixture
    def make_file(self, tmp_path: Path) -> MakeFile:
        def make(content: bytes) -> Path:
            path = tmp_path / f"source-{uuid4()}"
            path.write_bytes(content)
            return path

        return make

    def test_what_was_put_comes_back(self, storage: Storage, make_file: MakeFile) -> None:
        key = new_key(OWNER, "photos", "jpg")
        storage.put(key, make_file(b"a photograph"))
        with storage.local_path(key) as path:
            assert path.read_bytes() == b"a photograph"

    def test_the_file_is_taken_over(self, storage: Storage, make_file: MakeFile) -> None:
        source = make_file(b"a photograph")
        storage.put(new_key(OWNER, "photos", "jpg"), source)
        assert not source.exists()

    def test_putting_the_same_key_again_replaces_it(self, storage: Storage, make_file: MakeFile) -> None:
        key = new_key(OWNER, "takes", "mp4", uuid4())
        storage.put(key, make_file(b"a first attempt, longer"))
        storage.put(key, make_file(b"a second"))
        with storage.local_path(key) as path:
            assert path.read_bytes() == b"a second"

    def test_what_is_not_there_is_not_found(self, storage: Storage) -> None:
        with pytest.raises(NotFound), storage.local_path(new_key(OWNER, "photos", "jpg")):
            pass

    def test_a_part_of_a_file_can_be_read_as_a_stream(self, storage: Storage, make_file: MakeFile) -> None:
        key = new_key(OWNER, "films", "mp4")
        storage.put(key, make_file(b"0123456789"))
        for start, end, content in (
            (0, None, b"0123456789"),
            (4, None, b"456789"),
            (2, 5, b"234"),
            (9, 99, b"9"),
        ):
            with storage.open(key, start, end) as file:
                assert file.read() == content
        with pytest.raises(NotFound), storage.open(new_key(OWNER, "films", "mp4")):
            pass

    def test_whether_a_file_is_there_and_how_large(self, storage: Storage, make_file: MakeFile) -> None:
        key = new_key(OWNER, "films", "mp4")
        assert not storage.exists(key)
        with pytest.raises(NotFound):
            storage.size(key)
        storage.put(key, make_file(b"a film"))
        assert (storage.exists(key), storage.size(key)) == (True, 6)

    def test_files_are_listed_by_prefix_in_pages_and_in_the_order_of_their_keys(
        self, storage: Storage, make_file: MakeFile
    ) -> None:
        wanted = sorted(f"{owner}/{kind}/{name}.jpg" for owner in ("a", "a-b", "ab") for kind in ("p", "p0")
                        for name in ("1", "1-2", "12"))  # fmt: skip
        for key in reversed(wanted):
            storage.put(key, make_file(key.encode()))
        assert [file.key for file in every_file(storage)] == wanted
        assert [file.key for file in every_file(storage, "a/")] == [key for key in wanted if key[:2] == "a/"]
        assert [file.key for file in every_file(storage, "a")] == wanted
        assert [file.key for file in storage.list("a-b/p/1")] == [
            key for key in wanted if key[:7] == "a-b/p/1"
        ]
        pages, after = [], ""
        while page := storage.list("a", after=after, limit=5):
            pages.append([file.key for file in page])
            after = page[-1].key
        assert pages == [wanted[:5], wanted[5:10], wanted[10:15], wanted[15:]]
        assert storage.list("b/") == []
        first = storage.list(limit=1)[0]
        assert first.size == len(first.key)
        assert abs(first.modified - datetime.now(UTC)) < timedelta(minutes=5)

    @pytest.mark.parametrize("prefix", ["../", "/", "a/../b", "a//", "A", "a\n", "ä"])
    def test_no_prefix_leads_elsewhere(self, storage: Storage, prefix: str) -> None:
        with pytest.raises(ValueError, match="not a prefix"):
            storage.list(prefix)

    def test_more_files_than_one_request_takes_are_deleted_at_once(
        self, storage: Storage, make_file: MakeFile
    ) -> None:
        keys = [f"many/files/{number:04}.jpg" for number in range(1010)]
        for key in keys[::100]:
            storage.put(key, make_file(b"a photograph"))
        storage.delete(keys)
        assert storage.list("many/") == []

    def test_it_says_what_it_is(self, storage: Storage) -> None:
        assert storage.check()

    def test_deleting_is_for_good_and_may_be_repeated(self, storage: Storage, make_file: MakeFile) -> None:
        kept, gone = new_key(OWNER, "photos", "jpg"), new_key(OWNER, "photos", "jpg")
        for key in (kept, gone):
            storage.put(key, make_file(b"a photograph"))
        storage.delete([gone, new_key(OWNER, "photos", "jpg")])
        storage.delete([gone])
        with pytest.raises(NotFound), storage.local_path(gone):
            pass
        with storage.local_path(kept) as path:
            assert path.exists()

    @pytest.mark.parametrize(
        "key",
        [
            "", ".", "..", "/etc/passwd", "a/b", "a/b/c", "a/b/c.jpg/d.jpg", "../a/b.jpg", "a/../b.jpg",
            "a/b/../c.jpg", "a//b.jpg", "/a/b/c.jpg", "a/b/c.jpg\n", "a/b/.jpg", "a/b/c.d.jpg", "A/b/c.jpg",
            "a\\b\\c.jpg", "a/b/c.jpg\0", "ä/b/c.jpg", "~/b/c.jpg", "a/b/c.%2e", "a/b/c.jpg?x=1",
        ],
    )  # fmt: skip
    def test_no_key_is_a_path_to_elsewhere(self, storage: Storage, make_file: MakeFile, key: str) -> None:
        source = make_file(b"must stay where it is")
        with pytest.raises(ValueError, match="not a storage key"):
            storage.put(key, source)
        with pytest.raises(ValueError, match="not a storage key"), storage.local_path(key):
            pass
        with pytest.raises(ValueError, match="not a storage key"):
            storage.delete([key])
        with pytest.raises(ValueError, match="not a storage key"):
            storage.url(key)
        assert source.read_bytes() == b"must stay where it is"

    def test_the_url_opens_the_file_with_its_type(
        self, storage: Storage, make_file: MakeFile, web: httpx.Client
    ) -> None:
        key = new_key(OWNER, "photos", "jpg")
        storage.put(key, make_file(b"a photograph"))
        answer = web.get(storage.url(key, size_bytes=12))
        assert (answer.status_code, answer.content) == (200, b"a photograph")
        assert answer.headers["content-type"] == "image/jpeg"
        assert "content-disposition" not in answer.headers

    def test_the_url_can_name_a_download(
        self, storage: Storage, make_file: MakeFile, web: httpx.Client
    ) -> None:
        key = new_key(OWNER, "films", "mp4")
        storage.put(key, make_file(b"a film"))
        answer = web.get(storage.url(key, download_name="Oma’s 80. 2026.mp4"))
        assert answer.content == b"a film"
        disposition = answer.headers["content-disposition"]
        assert disposition.startswith("attachment;")
        assert "Oma%E2%80%99s%2080.%202026.mp4" in disposition

    @pytest.mark.parametrize(
        ("asked", "answered", "content"),
        [
            ("bytes=0-3", "bytes 0-3/10", b"0123"),
            ("bytes=4-", "bytes 4-9/10", b"456789"),
            ("bytes=-2", "bytes 8-9/10", b"89"),
        ],
    )
    def test_a_part_of_a_file_can_be_asked_for(
        self, storage: Storage, make_file: MakeFile, web: httpx.Client, asked: str, answered: str,
        content: bytes,
    ) -> None:  # fmt: skip
        key = new_key(OWNER, "films", "mp4")
        storage.put(key, make_file(b"0123456789"))
        answer = web.get(storage.url(key), headers={"Range": asked})
        assert (answer.status_code, answer.headers["content-range"]) == (206, answered)
        assert answer.content == content

    def test_the_same_url_comes_back_so_that_browsers_keep_the_file(self, storage: Storage) -> None:
        key = new_key(OWNER, "photos", "jpg")
        assert storage.url(key) == storage.url(key)

    def test_a_url_opens_no_other_file(
        self, storage: Storage, make_file: MakeFile, web: httpx.Client
    ) -> None:
        mine, other = new_key(OWNER, "photos", "jpg"), new_key(OWNER, "photos", "jpg")
        for key in (mine, other):
            storage.put(key, make_file(b"a photograph"))
        url = urlsplit(storage.url(mine))
        forged = url._replace(path=url.path.replace(mine, other)).geturl()
        answer = web.get(forged)
        assert answer.status_code == 403
        assert b"a photograph" not in answer.content

    def test_without_a_signature_nothing_opens(
        self, storage: Storage, make_file: MakeFile, web: httpx.Client
    ) -> None:
        key = new_key(OWNER, "photos", "jpg")
        storage.put(key, make_file(b"a photograph"))
        assert web.get(urlsplit(storage.url(key))._replace(query="").geturl()).status_code == 403
