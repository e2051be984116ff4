"""Presigned URLs of S3: the same for a window, and as botocore would sign them at its beginning."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.credentials import Credentials

from echoes.errors import StorageUnavailable
from echoes.storage.s3.signing import S3UrlSigner
from echoes.storage.signing import SHORTEST_LIFE, WINDOW

BEGIN = datetime(2026, 11, 26, 19, 30, tzinfo=UTC).timestamp() // WINDOW * WINDOW
KEY = "echoes/01930000-0000-7000-8000-000000000001/films/a-b_c.mp4"
NAMES = ["", "Oma’s 80. 2026.mp4", 'a "quoted" + plus & amp = 100% ~film!.mp4', "映画 🎬.mp4"]
PLACES = {
    "amazon": ("", "eu-central-1", "virtual", None),
    "amazon-us-east-1": ("", "us-east-1", "virtual", None),
    "amazon-with-a-role": ("", "eu-central-1", "path", "of+a/session=="),
    "minio": ("https://files.example:9000", "us-east-1", "path", None),
    "r2": ("https://account.r2.cloudflarestorage.com", "auto", "virtual", None),
}


@pytest.mark.parametrize("place", PLACES)
def test_it_signs_as_botocore_does_at_the_beginning_of_the_window(
    place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint, region, style, token = PLACES[place]
    client = boto3.client(
        "s3", endpoint_url=endpoint or None, region_name=region, aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="of nobody", aws_session_token=token,
        config=Config(signature_version="s3v4", s3={"addressing_style": style}),  # type: ignore[arg-type]
    )  # fmt: skip
    credentials = Credentials("AKIDEXAMPLE", "of nobody", token)
    signer = S3UrlSigner(client, "echoes-films", credentials, clock=lambda: BEGIN + 1234)
    monkeypatch.setattr("botocore.auth.get_current_datetime", lambda: datetime.fromtimestamp(BEGIN, UTC))
    for name in NAMES:
        theirs = client.generate_presigned_url(
            "get_object", ExpiresIn=WINDOW + SHORTEST_LIFE,
            Params={"Bucket": "echoes-films", "Key": KEY}
            | ({"ResponseContentDisposition": name} if name else {}),
        )  # fmt: skip
        ours = signer.url(KEY, {"response-content-disposition": name} if name else None)
        assert urlsplit(ours)[:3] == urlsplit(theirs)[:3]
        assert parse_qs(urlsplit(ours).query) == parse_qs(urlsplit(theirs).query)


def test_it_is_the_same_for_a_window_and_lives_for_a_quarter_of_an_hour_at_least() -> None:
    moment = BEGIN
    client = boto3.client("s3", region_name="eu-central-1", aws_access_key_id="a", aws_secret_access_key="b")
    signer = S3UrlSigner(client, "echoes-films", Credentials("a", "b"), clock=lambda: moment)
    first = signer.url(KEY)
    moment = BEGIN + WINDOW - 1
    assert signer.url(KEY) == first
    said = {name: value for name, (value,) in parse_qs(urlsplit(first).query).items()}
    expiry = datetime.strptime(said["X-Amz-Date"] + "+0000", "%Y%m%dT%H%M%SZ%z").timestamp()
    assert expiry + int(said["X-Amz-Expires"]) - moment > SHORTEST_LIFE
    moment = BEGIN + WINDOW
    assert signer.url(KEY) != first


def test_without_credentials_nothing_is_signed() -> None:
    client = boto3.client("s3", region_name="eu-central-1", aws_access_key_id="a", aws_secret_access_key="b")
    signer = S3UrlSigner(client, "echoes-films", None)
    assert signer.origin == ""
    with pytest.raises(StorageUnavailable, match="no credentials"):
        signer.url(KEY)
