"""Films and clips are made in AWS Lambda or by the workers, as operators say while Echoes runs."""

import pytest

from echoes.admin import audit, rendering
from echoes.admin.audit import Operator
from echoes.database import Database
from echoes.errors import BadInput
from echoes.processes.aws_lambda.setup import commands_in_lambda, lambda_compiler
from echoes.processes.local_compiler import LocalCompiler
from echoes.settings import Settings, get_settings

FUNCTION = {"RENDERER": "lambda", "LAMBDA_FUNCTION": "f", "STORAGE": "s3", "S3_BUCKET": "films"}


@pytest.fixture
def settings(database: Database, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """With a function; clips stay with the workers by the environment."""
    for name, value in (FUNCTION | {"LAMBDA_CLIPS": "false"}).items():
        monkeypatch.setenv(f"ECHOES_{name}", value)
    get_settings.cache_clear()
    return get_settings()


def chosen(database: Database) -> dict[str, bool]:
    with database.reading() as session:
        return {work.name: work.is_in_lambda for work in rendering.overview(session)}


def test_the_environment_holds_until_an_operator_chooses(
    database: Database, operator: Operator, settings: Settings
) -> None:
    assert chosen(database) == {"films": True, "clips": False}
    assert commands_in_lambda(settings) == {"render", "poster"}
    with database.unscoped() as session:
        rendering.switch(session, operator, "films", in_lambda=False)
        rendering.switch(session, operator, "clips", in_lambda=True)
    assert chosen(database) == {"films": False, "clips": True}
    assert commands_in_lambda(settings) == {"conform", "poster"}
    with database.reading() as session:
        assert [line.action for line in audit.entries(session)] == ["set rendering", "set rendering"]


def test_a_compiler_is_kept_ready_for_films_where_workers_make_them(
    database: Database, operator: Operator, settings: Settings
) -> None:
    local = lambda_compiler(settings)._local
    assert isinstance(local, LocalCompiler)
    assert not local._spare._is_wanted()
    with database.unscoped() as session:
        rendering.switch(session, operator, "films", in_lambda=False)
    assert local._spare._is_wanted()


def test_what_is_none_of_it_is_refused(database: Database, operator: Operator, settings: Settings) -> None:
    with database.unscoped() as session, pytest.raises(BadInput):
        rendering.switch(session, operator, "invoices", in_lambda=True)


def test_without_a_function_there_is_nothing_to_choose(database: Database, operator: Operator) -> None:
    assert chosen(database) == {}
    with database.unscoped() as session, pytest.raises(BadInput, match="no function in AWS Lambda"):
        rendering.switch(session, operator, "films", in_lambda=True)
