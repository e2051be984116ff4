"""Emulators of AWS, from `.venv-emulators`, on loopback. Started by whoever needs one; ends with the session.

ministack checks every signature, also of URLs, and runs Lambda handlers; moto knows more of policies.
"""

import ctypes
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

import boto3
import httpx
import pytest
from botocore.config import Config
from types_boto3_s3 import S3Client

from tests.support.processes import PATIENCE, descendants, wait_for
from tests.support.servers.ports import free_port

ENVIRONMENT = Path(__file__).resolve().parents[3] / ".venv-emulators"
MISSING = "the emulators of AWS are not installed (python3 scripts/emulators.py)"
REGION: Final = "eu-central-1"
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}
"""For the environment of a test, whatever that of the machine is. Both emulators know these keys."""
SWEPT: Any = {
    "Rules": [
        {
            "ID": "unfinished uploads",
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 2},
        }
    ]
}
PR_SET_PDEATHSIG = 1


@contextmanager
def running_ministack(folder: Path, **environment: str) -> Iterator[str]:
    """The endpoint of a server of its own, which keeps what it must in `folder`."""
    port = free_port()
    told = {
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "LOG_LEVEL": "WARNING",
        "AUTH": "true",
        "IOT_MTLS_ENABLED": "0",  # It listens on all addresses, and is most of a start.
        "SFTP_ENABLED": "0",
    } | environment
    with _running("ministack", [], port, told, folder) as endpoint:
        yield endpoint


@contextmanager
def running_moto(folder: Path, **environment: str) -> Iterator[str]:
    """It checks policies and signatures when INITIAL_NO_AUTH_ACTION_COUNT says so."""
    port = free_port()
    with _running("moto_server", ["-H", "127.0.0.1", "-p", str(port)], port, environment, folder) as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_ministack(tmp_path_factory.mktemp("ministack")) as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def moto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_moto(tmp_path_factory.mktemp("moto")) as endpoint:
        yield endpoint


@contextmanager
def aws_environment(settings: Mapping[str, str]) -> Iterator[None]:
    """The emulators' credentials, and these settings, in the environment for the length of the block."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        for name, value in (CREDENTIALS | dict(settings)).items():
            patch.setenv(name, value)
        yield


def process_of(endpoint: str) -> int:
    """The process that answers there, among those that this one has started."""
    told = f"GATEWAY_PORT={urlsplit(endpoint).port}\0"
    (found,) = [pid for pid in descendants() if told in Path(f"/proc/{pid}/environ").read_text()]
    return found


def client_of(endpoint: str) -> S3Client:
    """For what a test does behind the back of Echoes."""
    return boto3.client(
        "s3", endpoint_url=endpoint, region_name=REGION, aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
    )  # fmt: skip


def new_bucket(endpoint: str) -> str:
    """A private bucket of this test's own, set up as docs/hosting.md says."""
    bucket = f"echoes-{uuid4().hex[:12]}"
    client_of(endpoint).create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    client_of(endpoint).put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration=SWEPT)
    return bucket


def settings_of_bucket(endpoint: str, bucket: str) -> dict[str, str]:
    """For the environment of Echoes."""
    return {
        "ECHOES_STORAGE": "s3",
        "ECHOES_S3_ENDPOINT": endpoint,
        "ECHOES_S3_BUCKET": bucket,
        "ECHOES_S3_REGION": REGION,
    }


@contextmanager
def _running(
    program: str, arguments: list[str], port: int, environment: dict[str, str], folder: Path
) -> Iterator[str]:
    found = ENVIRONMENT / "bin" / program
    if not found.exists():
        pytest.skip(MISSING)
    with (folder / f"{program}.log").open("wb") as log:
        process = subprocess.Popen(
            [found, *arguments], env=os.environ | CREDENTIALS | {"TMPDIR": str(folder)} | environment,
            cwd=folder, stdout=log, stderr=log, start_new_session=True, preexec_fn=_end_with_parent,
        )  # fmt: skip
    endpoint = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: _answers(endpoint) or process.poll() is not None, f"{program} to answer")
        assert process.poll() is None, (folder / f"{program}.log").read_text()
        yield endpoint
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)


def _end_with_parent() -> None:
    """Also when the tests are killed."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _answers(endpoint: str) -> bool:
    try:
        httpx.get(endpoint, timeout=2.0)
    except httpx.TransportError:
        return False
    return True
