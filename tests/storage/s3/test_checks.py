"""What `echoes doctor` says of a bucket that is set up well, and of those that are not."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from types_boto3_s3 import S3Client

from echoes.settings import Settings
from echoes.storage.base import StorageUnusable
from echoes.storage.s3.storage import S3Storage
from tests.support.aws.emulators import SWEPT, aws_environment, client_of, new_bucket

pytestmark = pytest.mark.slow
PAGES = "https://echoes.example"
EVERYBODYS_CORS: Any = {"CORSRules": [{"AllowedOrigins": ["*"], "AllowedMethods": ["GET"]}]}
OURS_CORS: Any = {"CORSRules": [{"AllowedOrigins": [PAGES], "AllowedMethods": ["GET", "HEAD"]}]}


def storage_in(endpoint: str, bucket: str, folder: Path) -> S3Storage:
    with aws_environment({}):
        return S3Storage(
            Settings(
                storage="s3", data_dir=folder, s3_bucket=bucket, s3_endpoint=endpoint,
                s3_region="eu-central-1", public_url=PAGES,
            )
        )  # fmt: skip


@pytest.fixture
def behind(ministack: str) -> S3Client:
    return client_of(ministack)


@pytest.fixture
def storage(ministack: str, behind: S3Client, tmp_path: Path) -> S3Storage:
    """In a bucket that is set up as the documents say."""
    bucket = new_bucket(ministack)
    behind.put_bucket_cors(Bucket=bucket, CORSConfiguration=OURS_CORS)
    return storage_in(ministack, bucket, tmp_path)


def test_all_is_well_and_nothing_is_left_behind(storage: S3Storage) -> None:
    assert storage.check() == f"bucket {storage.bucket} at {storage.origin}, private"
    assert storage.list() == []


def test_unfinished_uploads_need_a_rule(storage: S3Storage, behind: S3Client) -> None:
    behind.delete_bucket_lifecycle(Bucket=storage.bucket)
    with pytest.raises(StorageUnusable, match="unfinished uploads") as unusable:
        storage.check()
    assert "AbortIncompleteMultipartUpload" in unusable.value.advice


def test_a_rule_of_another_folder_does_not_do(storage: S3Storage, behind: S3Client) -> None:
    rule = SWEPT["Rules"][0] | {"Filter": {"Prefix": "logs/"}}
    behind.put_bucket_lifecycle_configuration(Bucket=storage.bucket, LifecycleConfiguration={"Rules": [rule]})
    with pytest.raises(StorageUnusable, match="unfinished uploads"):
        storage.check()


def test_other_pages_may_not_read(storage: S3Storage, behind: S3Client) -> None:
    behind.put_bucket_cors(Bucket=storage.bucket, CORSConfiguration=EVERYBODYS_CORS)
    with pytest.raises(StorageUnusable, match="CORS rules let other pages"):
        storage.check()


def test_an_acl_for_everybody_is_found(storage: S3Storage, behind: S3Client) -> None:
    behind.delete_public_access_block(Bucket=storage.bucket)
    behind.put_bucket_ownership_controls(
        Bucket=storage.bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    )
    behind.put_bucket_acl(Bucket=storage.bucket, ACL="public-read")
    with pytest.raises(StorageUnusable, match="its ACL lets everybody in"):
        storage.check()


def test_moto_refuses_what_is_not_signed(moto: str, tmp_path: Path) -> None:
    bucket = new_bucket(moto)
    storage = storage_in(moto, bucket, tmp_path)
    (source := tmp_path / "one.jpg").write_bytes(b"a photograph")
    storage.put("someone/photos/one.jpg", source)
    url = storage.url("someone/photos/one.jpg")
    assert httpx.get(url).content == b"a photograph"
    assert httpx.get(url.partition("?")[0]).status_code == 403
    with pytest.raises(StorageUnusable) as unusable:  # Of every bucket moto gives away the list.
        storage.check()
    assert unusable.value.reason == f"bucket {bucket}: everybody can list its files"


def test_moto_serves_a_bucket_that_was_made_public_and_the_check_finds_it(moto: str, tmp_path: Path) -> None:
    bucket, behind = new_bucket(moto), client_of(moto)
    policy = (
        '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", '
        f'"Action": ["s3:GetObject", "s3:ListBucket"], "Resource": ["arn:aws:s3:::{bucket}", '
        f'"arn:aws:s3:::{bucket}/*"]}}]}}'
    )
    behind.put_bucket_policy(Bucket=bucket, Policy=policy)
    with pytest.raises(StorageUnusable, match=r"everybody can read its files.* its policy lets everybody in"):
        storage_in(moto, bucket, tmp_path).check()
