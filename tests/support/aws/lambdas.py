"""The function of deploy/lambda in an emulator of AWS: the real handler, in processes of the emulator's own
Python with this repository and its libraries on their path."""

import io
import json
import sysconfig
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from echoes.processes.aws_lambda.function import LambdaFunction
from tests.support.aws.cloudformation import resources_of
from tests.support.aws.emulators import REGION, aws_environment, client_of, new_bucket, settings_of_bucket
from tests.support.databases.fresh import forget
from tests.support.jobs.engines import REPOSITORY

PREFIX, FUNCTION = "echoes/", "echoes-compiler"
TEMPLATE = REPOSITORY / "deploy" / "lambda" / "template.yaml"


@dataclass(frozen=True)
class DeployedFunction:
    """With the bucket that it shares with Echoes."""

    endpoint: str
    bucket: str

    @property
    def settings(self) -> dict[str, str]:
        """Of Echoes, in the environment."""
        return settings_of_bucket(self.endpoint, self.bucket) | {
            "ECHOES_S3_PREFIX": PREFIX, "ECHOES_RENDERER": "lambda", "ECHOES_LAMBDA_FUNCTION": FUNCTION,
            "ECHOES_LAMBDA_REGION": REGION, "ECHOES_LAMBDA_ENDPOINT": self.endpoint,
        }  # fmt: skip

    def invoke(self, invocation_id: str) -> str:
        """Synchronously: what the function says."""
        answer = lambda_client(self.endpoint).invoke(
            FunctionName=FUNCTION, Payload=json.dumps({"invocation": invocation_id}).encode()
        )
        said = json.loads(answer["Payload"].read())
        return str(said.get("said", said))

    def keys(self, prefix: str = "") -> set[str]:
        pages = client_of(self.endpoint).get_paginator("list_objects_v2")
        found = pages.paginate(Bucket=self.bucket, Prefix=PREFIX + prefix)
        return {entry["Key"].removeprefix(PREFIX) for page in found for entry in page.get("Contents", ())}


@pytest.fixture(scope="session")
def deployed(ministack: str) -> DeployedFunction:
    deployed = DeployedFunction(ministack, new_bucket(ministack))
    deploy(deployed)
    return deployed


def lambda_client(endpoint: str) -> Any:
    return boto3.Session("test", "test", region_name=REGION).client("lambda", endpoint_url=endpoint)


def deploy(deployed: DeployedFunction) -> None:
    """As deploy/lambda/template.yaml does, with a handler from this folder in place of an image."""
    path = f"{REPOSITORY}:{sysconfig.get_paths()['purelib']}"
    variables = {
        "PYTHONPATH": path, "ECHOES_S3_BUCKET": deployed.bucket, "ECHOES_S3_PREFIX": PREFIX,
        "ECHOES_S3_ADDRESSING": "path", "AWS_ENDPOINT_URL": deployed.endpoint,
        "AWS_DEFAULT_REGION": REGION,
    }  # fmt: skip
    functions = lambda_client(deployed.endpoint)
    functions.create_function(
        FunctionName=FUNCTION,
        Runtime="python3.11",
        Role=_role(deployed),
        Handler="function.handler",
        Code={"ZipFile": _zipped("from compiler.lambda_handler import handler\n")},
        Timeout=300,
        MemorySize=3538,
        EphemeralStorage={"Size": 2048},
        Environment={"Variables": variables},
    )
    functions.put_function_event_invoke_config(FunctionName=FUNCTION, MaximumRetryAttempts=0)


def _role(deployed: DeployedFunction) -> str:
    """The one that the template has: the emulator refuses what it does not allow."""
    values = {
        "AWS::Partition": "aws", "BucketName": deployed.bucket, "BucketPrefix": PREFIX, "Log.Arn": "*",
        "DeadLetters.Arn": "*", "Function.Arn": "*", "FunctionName": FUNCTION, "Role.Arn": "*",
        "DeadLetters.QueueName": "*",
    }  # fmt: skip
    role = resources_of(TEMPLATE, values)["Role"]["Properties"]
    client = boto3.Session("test", "test", region_name=REGION).client("iam", endpoint_url=deployed.endpoint)
    trust = json.dumps(role["AssumeRolePolicyDocument"])
    arn: str = client.create_role(RoleName=FUNCTION, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    for policy in role["Policies"]:
        document = json.dumps(policy["PolicyDocument"])
        client.put_role_policy(RoleName=FUNCTION, PolicyName=policy["PolicyName"], PolicyDocument=document)
    return arn


def _zipped(program: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("function.py", program)
    return content.getvalue()


@pytest.fixture
def in_lambda(deployed: DeployedFunction, data_dir: Path) -> Iterator[DeployedFunction]:
    """Settings of one test: files in the bucket, films by the function."""
    with aws_environment(deployed.settings):
        forget()
        yield deployed
    forget()


class CountingFunction(LambdaFunction):
    """Counts its events, and loses as many of them as it is told."""

    def __init__(self, deployed: DeployedFunction, lost: int = 0) -> None:
        super().__init__(FUNCTION, REGION, deployed.endpoint)
        self.sent, self._lost = 0, lost

    def invoke(self, invocation_id: str) -> None:
        self.sent += 1
        if self.sent > self._lost:
            super().invoke(invocation_id)
