"""Parts in the storage keep the contract of part stores, and what many machines ask of them."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import col, update

from echoes.database import Database
from echoes.models import Upload, now
from echoes.settings import Settings
from echoes.storage import Storage, every_file
from echoes.storage.local import LocalStorage
from echoes.storage.s3.storage import S3Storage
from echoes.storage.signing import UrlSigner
from echoes.uploads.parts import PartStore, UploadBusy, stored
from echoes.uploads.parts.stored import StoredParts
from tests.support.aws.emulators import aws_environment, new_bucket, settings_of_bucket
from tests.uploads.parts.contract import CONTENT, SIZE, PartStoreContract, append, opened


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return LocalStorage(tmp_path / "bucket", UrlSigner(b"of no use here"))


@pytest.fixture
def store(database: Database, storage: Storage) -> PartStore:
    return StoredParts(storage)


def parts(storage: Storage) -> list[tuple[int, int]]:
    return [(part.start, part.end) for part in map(stored.StoredPart.of, every_file(storage, "incoming/"))]


class TestStoredParts(PartStoreContract):
    def test_a_large_request_makes_parts_of_a_bounded_size(
        self, store: PartStore, storage: Storage, upload: Upload, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(stored, "MOST_PER_PART", 300)
        append(store, upload, *range(0, SIZE + 1, 100))
        assert parts(storage) == [(0, 300), (300, 600), (600, 900), (900, 1000)]

    def test_small_requests_make_few_objects(
        self, store: PartStore, storage: Storage, upload: Upload, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(stored, "LEAST_PER_PART", 300)
        for start in range(0, SIZE, 50):
            append(store, upload, start, start + 50)
        assert parts(storage) == [(0, 300), (300, 600), (600, 900), (900, 1000)]
        assert append(store, upload, SIZE - 1, SIZE) == CONTENT

    def test_the_lock_of_a_killed_machine_is_over_after_a_while(
        self, store: PartStore, database: Database, upload: Upload
    ) -> None:
        """Which neither renews nor gives it back, and may be frozen and wake up again."""
        with opened(store, upload) as late:
            late.write(CONTENT[:10], 0)
            with pytest.raises(UploadBusy):
                store.open(upload)
            let_lease_end(database, upload)
            with opened(store, upload) as successor:
                successor.write(CONTENT[:20], 0)
                successor.flush()
                for renew_or_write in (late.renew, late.flush):
                    with pytest.raises(UploadBusy):
                        renew_or_write()
        assert store.received(upload.id) == 20

    def test_whoever_gives_back_late_takes_no_lock_from_another(
        self, store: PartStore, database: Database, upload: Upload
    ) -> None:
        late = store.open(upload)
        let_lease_end(database, upload)
        with opened(store, upload):
            late.close()
            with pytest.raises(UploadBusy):
                store.open(upload)

    @pytest.mark.parametrize(
        ("there", "received"),
        [
            pytest.param([(0, 10), (10, 30)], 30, id="one-after-the-other"),
            pytest.param([(0, 10), (20, 30)], 10, id="a-gap"),
            pytest.param([(5, 10)], 0, id="no-beginning"),
            pytest.param([(0, 10), (0, 20), (5, 15), (12, 30)], 30, id="written-twice"),
        ],
    )
    def test_what_was_received_has_no_gap(
        self, store: PartStore, storage: Storage, upload: Upload, tmp_path: Path,
        there: list[tuple[int, int]], received: int,
    ) -> None:  # fmt: skip
        for start, end in there:
            piece = tmp_path / "piece"
            piece.write_bytes(CONTENT[start:end])
            storage.put(f"incoming/{upload.id}/{start:015}-{end - start}.part", piece)
        assert store.received(upload.id) == received
        assert append(store, upload, received, SIZE) == CONTENT


@pytest.fixture(scope="module")
def bucket(ministack: str) -> dict[str, str]:
    return settings_of_bucket(ministack, new_bucket(ministack))


@pytest.mark.slow
class TestPartsInABucket(PartStoreContract):
    @pytest.fixture
    def store(self, database: Database, bucket: dict[str, str], tmp_path: Path) -> Iterator[PartStore]:
        with aws_environment(bucket):
            storage = S3Storage(Settings(data_dir=tmp_path / "machine"))
            storage.delete([file.key for file in every_file(storage)])
            yield StoredParts(storage)


def let_lease_end(database: Database, upload: Upload) -> None:
    with database.unscoped() as session:
        over = update(Upload).where(col(Upload.id) == upload.id)
        session.exec(over.values(lease_expires_at=now() - timedelta(seconds=1)))
