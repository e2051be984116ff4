"""deploy/postgres.sh: with the roles that it makes, migrations run though the service role may make none."""

import os
import subprocess
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from echoes.settings import load_settings
from echoes.startup_checks import check_database
from tests.support import programs
from tests.support.databases.fresh import forget
from tests.support.databases.postgres import QUICK, cluster

pytestmark = pytest.mark.postgres
ROOT = Path(__file__).resolve().parents[2]


def test_migrations_run_with_the_roles_of_the_container(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with cluster(QUICK) as url:
        make_roles(url)
        service = url.replace("//postgres@", "//echoes:for-service@")
        monkeypatch.setenv("ECHOES_DATABASE_URL", service)
        monkeypatch.setenv("ECHOES_APP_DATABASE_URL", url.replace("//postgres@", "//echoes_web:for-web@"))
        forget()
        command.upgrade(Config(ROOT / "alembic.ini"), "head")
        check_database(load_settings())
        engine = sa.create_engine(service)
        with engine.connect() as connection:
            may = connection.execute(
                sa.text("SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = 'echoes'")
            )
            assert may.one() == (False, False)
        engine.dispose()
        forget()


def make_roles(url: str) -> None:
    folder = sa.make_url(url).query["host"]
    found = programs.postgres()
    assert found is not None
    names = {"PGHOST": str(folder), "POSTGRES_DB": "postgres", "PATH": f"{found}:{os.environ['PATH']}"}
    secrets = {"SERVICE_PASSWORD": "for-service", "WEB_PASSWORD": "for-web"}
    script = ["bash", str(ROOT / "deploy" / "postgres.sh")]
    subprocess.run(script, env={**os.environ, **names, **secrets}, check=True, capture_output=True, text=True)
