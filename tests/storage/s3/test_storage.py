"""Files in a bucket: the contract of all storages, and what only a bucket can get wrong."""

from collections.abc import Iterator

import httpx
import pytest

from echoes.settings import Settings
from echoes.storage import Storage, every_file
from echoes.storage.s3.storage import S3Storage
from tests.storage.contract import StorageContract
from tests.support.aws.emulators import aws_environment, new_bucket, settings_of_bucket
from tests.support.processes import PATIENCE

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def bucket(ministack: str) -> str:
    return new_bucket(ministack)


@pytest.fixture(scope="module")
def of_all(ministack: str, bucket: str, tmp_path_factory: pytest.TempPathFactory) -> S3Storage:
    with aws_environment(settings_of_bucket(ministack, bucket)):
        return S3Storage(Settings(data_dir=tmp_path_factory.mktemp("s3"), s3_prefix="of-tests/"))


@pytest.fixture
def storage(of_all: S3Storage) -> Storage:
    of_all.delete(file.key for file in every_file(of_all))
    return of_all


@pytest.fixture
def web() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=PATIENCE) as client:
        yield client


class TestS3Storage(StorageContract):
    pass
