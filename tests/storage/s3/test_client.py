"""The region of a bucket and of a function: by the settings, else by the environment as AWS names it."""

import pytest

from echoes.processes.aws_lambda.function import LambdaFunction
from echoes.settings import Settings
from echoes.storage.s3.client import new_client, new_session
from tests.support.aws.emulators import aws_environment

REGIONS = [
    ({"AWS_REGION": "eu-west-3"}, "", "eu-west-3"),
    ({"AWS_DEFAULT_REGION": "eu-west-1"}, "", "eu-west-1"),
    ({"AWS_REGION": "eu-west-3", "AWS_DEFAULT_REGION": "eu-west-1"}, "", "eu-west-3"),
    ({"AWS_REGION": "eu-west-3"}, "eu-central-1", "eu-central-1"),
]


@pytest.mark.parametrize(("environment", "setting", "region"), [*REGIONS, ({}, "", "us-east-1")])
def test_the_region_of_a_bucket(environment: dict[str, str], setting: str, region: str) -> None:
    with aws_environment(environment):
        assert new_client(Settings(s3_region=setting), new_session(), "").meta.region_name == region


@pytest.mark.parametrize(("environment", "setting", "region"), REGIONS)
def test_the_region_of_a_function(environment: dict[str, str], setting: str, region: str) -> None:
    with aws_environment(environment):
        function = LambdaFunction.of(Settings(lambda_function="echoes", lambda_region=setting))
        assert function._client.meta.region_name == region
