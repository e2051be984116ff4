"""What every store of unfinished uploads must do. A test class of a real one derives from this."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import pytest

from echoes.database import Database
from echoes.models import Project, Upload, UploadKind, now
from echoes.settings import get_settings
from echoes.uploads.parts import PartStore, PartWriter, UploadBusy
from tests.support.databases.rows import add_project

SIZE = 1000
CONTENT = bytes(number % 251 for number in range(SIZE))


@contextmanager
def opened(store: PartStore, upload: Upload) -> Iterator[PartWriter]:
    writer = store.open(upload)
    try:
        yield writer
    finally:
        writer.close()


def append(store: PartStore, upload: Upload, *ends: int) -> bytes:
    """One request, which writes from the first of these places to the last; the file as it is then."""
    with opened(store, upload) as writer:
        for start, end in pairwise(ends):
            writer.write(CONTENT[start:end], start)
        writer.flush()
        return writer.whole().read_bytes()


class PartStoreContract:
    """`store` is a fixture of the derived class."""

    @pytest.fixture
    def project(self, database: Database, anna: UUID) -> Project:
        with database.acting_as(anna) as session:
            return add_project(session, anna)

    @pytest.fixture
    def upload(self, database: Database, project: Project) -> Upload:
        upload = Upload(
            owner_id=project.owner_id, project_id=project.id, kind=UploadKind.PHOTO, filename="a.jpg",
            size_bytes=SIZE,
        )  # fmt: skip
        with database.unscoped() as session:
            session.add(upload)
        return upload

    def test_of_what_nobody_has_begun_nothing_is_there(self, store: PartStore) -> None:
        assert store.received(uuid4()) == 0
        assert store.last_written() == {}
        store.discard(uuid4())

    def test_what_was_flushed_is_received(self, store: PartStore, upload: Upload) -> None:
        with opened(store, upload) as writer:
            writer.write(CONTENT[:300], 0)
            writer.flush()
            assert store.received(upload.id) == 300

    def test_requests_one_after_the_other_make_up_the_file(self, store: PartStore, upload: Upload) -> None:
        for start, end in ((0, 1), (1, 400), (400, 401), (401, 900)):
            assert append(store, upload, start, end) == CONTENT[:end]
            assert store.received(upload.id) == end
        assert append(store, upload, 900, 950, 1000) == CONTENT

    def test_the_last_byte_may_be_sent_again(self, store: PartStore, upload: Upload) -> None:
        append(store, upload, 0, 600, SIZE)
        assert append(store, upload, SIZE - 1, SIZE) == CONTENT
        assert store.received(upload.id) == SIZE

    def test_a_request_without_bytes_changes_nothing(self, store: PartStore, upload: Upload) -> None:
        append(store, upload, 0, 10)
        assert append(store, upload, 10, 10)[:10] == CONTENT[:10]
        assert store.received(upload.id) == 10

    def test_a_second_request_finds_it_busy_until_the_first_one_ends(
        self, store: PartStore, upload: Upload
    ) -> None:
        with opened(store, upload) as writer:
            with pytest.raises(UploadBusy):
                store.open(upload)
            writer.renew()
            writer.write(CONTENT[:10], 0)
            writer.flush()
        assert append(store, upload, 10, 20) == CONTENT[:20]

    def test_what_was_discarded_is_gone(self, store: PartStore, upload: Upload) -> None:
        append(store, upload, 0, 10)
        store.discard(upload.id)
        assert store.received(upload.id) == 0

    def test_only_what_is_old_is_deleted(self, store: PartStore, upload: Upload) -> None:
        append(store, upload, 0, 10)
        (written,) = store.last_written().items()
        assert written[0] == upload.id
        assert abs(written[1] - now()) < timedelta(minutes=1)
        store.delete_abandoned(now() - timedelta(hours=1))
        assert store.received(upload.id) == 10
        store.delete_abandoned(now() + timedelta(hours=1))
        assert store.received(upload.id) == 0

    def test_nothing_is_left_on_this_machine_that_is_discarded(
        self, store: PartStore, upload: Upload
    ) -> None:
        append(store, upload, 0, SIZE)
        store.discard(upload.id)
        assert list(get_settings().incoming_dir.iterdir()) == []
