"""`echoes doctor` and the function in Lambda: there, not there, on another bucket, or out of reach."""

import asyncio

import pytest

from echoes.commands import service_checks
from echoes.commands.findings import Problem
from echoes.settings import get_settings
from tests.support.aws.lambdas import DeployedFunction
from tests.support.servers.ports import free_port

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("in_lambda")]


def look(**others: str) -> str:
    return asyncio.run(service_checks.renderer(get_settings().model_copy(update=others)))


def test_the_function_is_asked_what_it_is() -> None:
    assert look() == "echoes-compiler, 300 s, 2048 MB of /tmp, 2.0 processors"


def test_workers_alone_talk_to_it() -> None:
    assert look(renderer="machine") == "not used: workers compile films themselves"
    assert look(role="web") == "the workers talk to it, not this process"


def test_one_that_is_not_there_is_named() -> None:
    with pytest.raises(Problem, match=r"missing: .*ResourceNotFound") as problem:
        look(lambda_function="missing")
    assert "ECHOES_LAMBDA_FUNCTION" in problem.value.advice


def test_one_that_works_on_another_bucket_is_named(in_lambda: DeployedFunction) -> None:
    with pytest.raises(Problem, match=f"'{in_lambda.bucket}', and Echoes on 'another'"):
        look(s3_bucket="another")


def test_a_service_that_is_out_of_reach_is_named() -> None:
    with pytest.raises(Problem, match="Could not connect") as problem:
        look(lambda_endpoint=f"http://127.0.0.1:{free_port()}")
    assert "network" in problem.value.advice
