"""The function of deploy/lambda in an emulator of AWS: the real handler, in processes of the emulator's own
Python with this repository and its libraries on their path."""

import io
import json
import os
import subprocess
import sysconfig
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from echoes.processes.aws_lambda.function import LambdaFunction
from tests.support.engines import REPOSITORY
from tests.support.ports import free_port
from tests.support.processes import wait_for

EMULATOR = REPOSITORY / ".venv-emulators" / "bin" / "ministack"
REASON = "the emulators of AWS are not installed (python scripts/emulators.py)"
BUCKET, PREFIX, FUNCTION = "films-of-tests", "echoes/", "echoes-compiler"
REGION = "eu-central-1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}


@dataclass(frozen=True)
class Emulator:
    url: str
    pid: int
    log: Path

    @property
    def settings(self) -> dict[str, str]:
        """Of Echoes, in the environment."""
        return CREDENTIALS | {
            "ECHOES_STORAGE": "s3", "ECHOES_S3_BUCKET": BUCKET, "ECHOES_S3_PREFIX": PREFIX,
            "ECHOES_S3_ENDPOINT": self.url, "ECHOES_S3_REGION": REGION, "ECHOES_RENDERER": "lambda",
            "ECHOES_LAMBDA_FUNCTION": FUNCTION, "ECHOES_LAMBDA_REGION": REGION,
            "ECHOES_LAMBDA_ENDPOINT": self.url,
        }  # fmt: skip

    def client(self, service: Any) -> Any:
        import boto3
        from botocore.config import Config

        session = boto3.Session("test", "test", region_name=REGION)
        config = (
            Config(signature_version="s3v4", s3={"addressing_style": "path"}) if service == "s3" else None
        )
        return session.client(service, endpoint_url=self.url, config=config)

    def invoke(self, invocation_id: str) -> str:
        """Synchronously: what the function says."""
        answer = self.client("lambda").invoke(
            FunctionName=FUNCTION, Payload=json.dumps({"invocation": invocation_id}).encode()
        )
        said = json.loads(answer["Payload"].read())
        return str(said.get("said", said))

    def keys(self, prefix: str = "") -> set[str]:
        pages = (
            self.client("s3").get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=PREFIX + prefix)
        )
        return {entry["Key"].removeprefix(PREFIX) for page in pages for entry in page.get("Contents", ())}


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """With a bucket and the function."""
    if not EMULATOR.exists():
        pytest.skip(REASON)
    with started(tmp_path_factory.mktemp("emulator")) as emulator:
        emulator.client("s3").create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        deploy(emulator)
        yield emulator


@contextmanager
def started(folder: Path) -> Iterator[Emulator]:
    port, log = free_port(), folder / "emulator.log"
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment |= {"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "TMPDIR": str(folder)}
    with log.open("wb") as output:
        process = subprocess.Popen([EMULATOR], env=environment, stdout=output, stderr=output)
    try:
        wait_for(lambda: b"Running on" in log.read_bytes(), "the emulator to answer")
        yield Emulator(f"http://127.0.0.1:{port}", process.pid, log)
    finally:
        process.terminate()
        process.wait()


def deploy(emulator: Emulator, name: str = FUNCTION, **others: str) -> None:
    """As deploy/lambda/template.yaml does, with a handler from this folder in place of an image."""
    path = f"{REPOSITORY}:{sysconfig.get_paths()['purelib']}"
    variables = {
        "PYTHONPATH": path, "ECHOES_S3_BUCKET": BUCKET, "ECHOES_S3_PREFIX": PREFIX,
        "ECHOES_S3_ADDRESSING": "path", "AWS_ENDPOINT_URL": emulator.url, **CREDENTIALS, **others,
    }  # fmt: skip
    functions = emulator.client("lambda")
    functions.create_function(
        FunctionName=name,
        Runtime="python3.11",
        Role="arn:aws:iam::000000000000:role/echoes-compiler",
        Handler="function.handler",
        Code={"ZipFile": _zipped("from compiler.lambda_handler import handler\n")},
        Timeout=300,
        MemorySize=3538,
        EphemeralStorage={"Size": 2048},
        Environment={"Variables": variables},
    )
    functions.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=0)


def _zipped(program: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("function.py", program)
    return content.getvalue()


@pytest.fixture
def in_bucket(emulator: Emulator, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """Settings of one test: files in the bucket, films by the function."""
    for name, value in emulator.settings.items():
        monkeypatch.setenv(name, value)
    from tests.support.database import forget

    forget()
    return emulator


class CountingFunction(LambdaFunction):
    """Counts its events, and loses as many of them as it is told."""

    def __init__(self, emulator: Emulator, lost: int = 0) -> None:
        super().__init__(FUNCTION, REGION, emulator.url)
        self.sent, self._lost = 0, lost

    def invoke(self, invocation_id: str) -> None:
        self.sent += 1
        if self.sent > self._lost:
            super().invoke(invocation_id)
