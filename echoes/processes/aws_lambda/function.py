"""The Lambda function: invoking it asynchronously, and what it may take."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any

from echoes.errors import InternalError, brief
from echoes.settings import Settings
from echoes.settings.sections.s3 import region_of_environment

if TYPE_CHECKING:
    from types_boto3_lambda import LambdaClient

MEGABYTE = 1 << 20
REMEMBERED_SECONDS = 300.0
"""How long it is believed that the function is as it was."""
ADVICE = {
    "ResourceNotFoundException": "Deploy it (deploy/lambda/README.md), or correct ECHOES_LAMBDA_FUNCTION or "
    "ECHOES_LAMBDA_REGION.",
    "AccessDeniedException": "Allow this account lambda:InvokeFunction and "
    "lambda:GetFunctionConfiguration on it.",
    "UnrecognizedClientException": "The credentials that boto3 finds here are not valid: set others.",
    "NoCredentialsError": "boto3 finds no credentials here: give this machine a role, or set "
    "AWS_ACCESS_KEY_ID.",
    "NoRegionError": "Set ECHOES_LAMBDA_REGION.",
}
OTHER_ADVICE = "Check the network of this machine and the state of AWS."

logger = logging.getLogger(__name__)


class LambdaUnusable(InternalError):
    """The function cannot be reached or invoked: why, and what an operator does about it."""

    code = "lambda_unusable"

    def __init__(self, reason: str, advice: str) -> None:
        super().__init__(reason)
        self.reason, self.advice = reason, advice


@dataclass(frozen=True, slots=True)
class FunctionLimits:
    seconds: float
    disk_bytes: int
    processors: float
    state: str
    bucket: str
    """By its environment: "" if it names none."""


class LambdaFunction:
    def __init__(self, name: str, region: str = "", endpoint_url: str = "") -> None:
        self.name, self._region, self._endpoint_url = name, region, endpoint_url
        self._lock = Lock()
        self._known: tuple[float, FunctionLimits] | None = None

    @classmethod
    def of(cls, settings: Settings) -> "LambdaFunction":
        return cls(settings.lambda_function, settings.lambda_region, settings.lambda_endpoint)

    def invoke(self, invocation_id: str) -> None:
        """Returns when the event is queued. Raises LambdaUnusable."""
        with _in_words(self.name):
            self._client.invoke(
                FunctionName=self.name,
                InvocationType="Event",
                Payload=json.dumps({"invocation": invocation_id}).encode(),
            )

    def limits(self) -> FunctionLimits:
        """As deployed; asked again every few minutes. Raises LambdaUnusable."""
        with self._lock:
            if self._known is None or monotonic() - self._known[0] > REMEMBERED_SECONDS:
                self._known = monotonic(), self.ask_limits()
            return self._known[1]

    def ask_limits(self) -> FunctionLimits:
        """Raises LambdaUnusable."""
        with _in_words(self.name):
            said = self._client.get_function_configuration(FunctionName=self.name)
        return FunctionLimits(
            seconds=float(said.get("Timeout", 3)),
            disk_bytes=said.get("EphemeralStorage", {"Size": 512})["Size"] * MEGABYTE,
            processors=said.get("MemorySize", 128) / MEGABYTES_PER_PROCESSOR,
            state=said.get("State", "Active"),
            bucket=said.get("Environment", {}).get("Variables", {}).get("ECHOES_S3_BUCKET", ""),
        )

    @cached_property
    def _client(self) -> "LambdaClient":
        """Made when first used: boto3 takes a third of a second to load."""
        import boto3
        from botocore.config import Config

        config = Config(connect_timeout=5, read_timeout=15, retries={"mode": "standard", "max_attempts": 4})
        where: dict[str, Any] = {
            "region_name": self._region or region_of_environment(),
            "endpoint_url": self._endpoint_url or None,
        }
        return boto3.client("lambda", config=config, **where)


MEGABYTES_PER_PROCESSOR = 1769
"""Of memory, for which Lambda gives a function one processor."""


@contextmanager
def _in_words(name: str) -> Iterator[None]:
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        raise LambdaUnusable(f"{name}: {brief(error)}", ADVICE.get(code, OTHER_ADVICE)) from error
    except BotoCoreError as error:
        kind = type(error).__name__
        raise LambdaUnusable(f"{name}: {brief(error)}", ADVICE.get(kind, OTHER_ADVICE)) from error
