"""The doctor names what is wrong and what to do, and tells nobody a secret."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from echoes.commands import doctor, machine_checks, service_checks
from echoes.commands.findings import Problem
from echoes.database import Database
from echoes.settings import Settings, get_settings
from tests.commands.conftest import Echoes
from tests.support.databases.fresh import forget
from tests.support.servers.production import serve
from tests.support.servers.redis import RedisServer
from tests.support.standins.runway import RunwayStandIn
from tests.support.standins.servers import SECRET

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
KEY = "sk_test_key_that_nobody_may_see"


@pytest.fixture
def migrated(data_dir: Path) -> Path:
    command.upgrade(Config(ROOT / "alembic.ini"), "head")
    return data_dir


def settings_with(**values: object) -> Settings:
    return get_settings().model_copy(update=values)


def examined() -> tuple[bool, list[str]]:
    lines: list[str] = []
    is_wrong = doctor.examine(lines.append)
    return is_wrong, lines


def test_a_healthy_echoes(migrated: Path, echoes: Echoes) -> None:
    found = echoes("doctor")
    assert found.returncode == 0, found.stdout
    assert [line[0] for line in found.stdout.splitlines()] == ["✓"] * 14
    assert "Traceback" not in found.stderr


def test_every_wrong_setting_is_named(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch, echoes: Echoes
) -> None:
    monkeypatch.setenv("ECHOES_MODE", "production")
    monkeypatch.setenv("ECHOES_SECRET_KEY", "short and secret")
    found = echoes("doctor")
    assert found.returncode == 1
    for name in ("ECHOES_SECRET_KEY", "ECHOES_PUBLIC_URL", "ECHOES_STRIPE_SECRET_KEY"):
        assert f"✗ Settings: {name}" in found.stdout
    assert "short and secret" not in found.stdout


def test_without_a_database_it_says_how_to_make_one_and_makes_none(data_dir: Path) -> None:
    is_wrong, lines = examined()
    assert is_wrong
    none_yet = "✗ Database: there is no database yet"
    assert any(line.startswith(none_yet) and "make migrate" in line for line in lines)
    assert list(data_dir.iterdir()) == []


def test_a_database_of_another_version_is_named(migrated: Path) -> None:
    command.downgrade(Config(ROOT / "alembic.ini"), "-1")
    with pytest.raises(Problem, match="and Echoes needs") as found:
        asyncio.run(machine_checks.database(get_settings()))
    assert "alembic upgrade head" in found.value.advice


def test_a_database_of_a_newer_echoes_is_not_to_be_migrated(migrated: Path) -> None:
    with closing(sqlite3.connect(migrated / "echoes.db")) as newer, newer:
        newer.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Problem, match="9999, which this version of Echoes does not know") as found:
        asyncio.run(machine_checks.database(get_settings()))
    assert "newer version of Echoes" in found.value.advice


def test_a_file_where_the_folder_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "letter").write_text("to my aunt")
    with pytest.raises(Problem, match="letter is not a folder"):
        asyncio.run(machine_checks.storage(settings_with(data_dir=tmp_path / "letter")))


@pytest.mark.postgres
def test_postgresql_is_asked_by_both_roles(
    postgres_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = asyncio.run(machine_checks.database(get_settings()))
    assert said.startswith("postgresql 1")
    unknown = get_settings().app_database_url.replace("//echoes_web@", "//nobody_at_all@")
    monkeypatch.setenv("ECHOES_APP_DATABASE_URL", unknown)
    forget()
    with pytest.raises(Problem, match="nobody_at_all") as found:
        asyncio.run(machine_checks.database(get_settings()))
    assert "ECHOES_APP_DATABASE_URL" in found.value.advice


def test_a_password_in_an_address_is_not_told(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    address = "postgresql://echoes:pass%2Fword@127.0.0.1:1/echoes"
    monkeypatch.setenv("ECHOES_DATABASE_URL", address)
    forget()
    is_wrong, lines = examined()
    assert is_wrong
    assert any(line.startswith("✗ Database: the database does not answer") for line in lines)
    assert "pass%2Fword" not in "\n".join(lines)
    assert "pass/word" not in "\n".join(lines)


def test_a_disk_that_is_nearly_full_is_named(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine_checks, "LEAST_ROOM", 1 << 62)
    with pytest.raises(Problem, match="MB are free") as found:
        asyncio.run(machine_checks.storage(get_settings()))
    assert "Free some space" in found.value.advice


def test_a_folder_that_cannot_be_written_to_is_named(data_dir: Path) -> None:
    """The kernel's own folder, where not even root may write."""
    with pytest.raises(Problem, match="cannot be written to"):
        asyncio.run(machine_checks.storage(settings_with(data_dir=Path("/proc/sys"))))


def test_a_codec_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine_checks, "CODECS", {"no_such_codec": "w"})
    with pytest.raises(Problem, match="no_such_codec"):
        asyncio.run(machine_checks.ffmpeg(Settings()))


def test_runway_says_what_is_left(runway: RunwayStandIn, database: Database) -> None:
    said = asyncio.run(service_checks.provider(get_settings()))
    assert said.startswith("Runway")
    assert "credits left" in said


def test_a_key_that_runway_does_not_take_is_named_and_not_told(
    runway: RunwayStandIn, migrated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECHOES_RUNWAY_API_SECRET", "key_of_somebody_else_entirely")
    forget()
    is_wrong, lines = examined()
    assert is_wrong
    assert any(line.startswith("✗ Provider") for line in lines), lines
    assert "key_of_somebody_else_entirely" not in "\n".join(lines)
    assert SECRET not in "\n".join(lines)


@pytest.fixture
def stripe(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """It takes one key, and repeats any other."""

    async def balance(request: Request) -> Response:
        given = request.headers["authorization"].removeprefix("Bearer ")
        if given == KEY:
            return JSONResponse({"object": "balance", "livemode": False, "available": [], "pending": []})
        error = {"type": "invalid_request_error", "message": f"Invalid API Key provided: {given}"}
        return JSONResponse({"error": error}, 401)

    async def list_endpoints(_request: Request) -> Response:
        return JSONResponse({"object": "list", "url": "/v1/webhook_endpoints", "data": [], "has_more": False})

    routes = [Route("/v1/balance", balance), Route("/v1/webhook_endpoints", list_endpoints)]
    with serve(Starlette(routes=routes)) as address:
        monkeypatch.setenv("ECHOES_STRIPE_API_URL", address)
        monkeypatch.setenv("ECHOES_STRIPE_SECRET_KEY", KEY)
        monkeypatch.setenv("ECHOES_STRIPE_WEBHOOK_SECRET", "whsec_of_this_test")
        forget()
        yield address


def test_stripe_takes_the_key(stripe: str) -> None:
    said = asyncio.run(service_checks.payments(get_settings()))
    assert said.startswith(
        "Stripe accepts the key (test mode, no money is charged), none of its webhooks points here"
    )


def test_a_key_that_stripe_does_not_take_is_not_told(
    stripe: str, migrated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECHOES_STRIPE_SECRET_KEY", "sk_live_of_somebody_else")
    forget()
    is_wrong, lines = examined()
    assert is_wrong
    assert any("Stripe does not accept the key" in line and doctor.HIDDEN in line for line in lines), lines
    assert "sk_live_of_somebody_else" not in "\n".join(lines)


def test_without_the_webhooks_secret_it_says_where_to_get_it(
    stripe: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ECHOES_STRIPE_WEBHOOK_SECRET")
    forget()
    with pytest.raises(Problem, match="WEBHOOK_SECRET") as found:
        asyncio.run(service_checks.payments(get_settings()))
    assert "/stripe/webhook" in found.value.advice


def test_a_sign_in_service_that_is_none_is_named(stripe: str) -> None:
    settings = settings_with(oidc_client_id="echoes", oidc_issuer=stripe)
    with pytest.raises(Problem, match="does not answer as an OpenID provider"):
        asyncio.run(service_checks.sign_in(settings))


def test_a_sign_in_service_that_answers(data_dir: Path) -> None:
    found: dict[str, str] = {}

    async def discovery(_request: Request) -> Response:
        return JSONResponse(found | {"authorization_endpoint": f"{found['issuer']}/authorize"})

    with serve(Starlette(routes=[Route("/.well-known/openid-configuration", discovery)])) as address:
        found["issuer"] = address
        settings = settings_with(oidc_client_id="echoes", oidc_issuer=address)
        said = asyncio.run(service_checks.sign_in(settings))
    assert said == f"{address} answers; register http://localhost:3000/auth/callback there"


@pytest.mark.redis
def test_redis_is_asked(data_dir: Path, redis_server: RedisServer) -> None:
    settings = settings_with(redis_url=redis_server.url)
    assert asyncio.run(service_checks.redis(settings)) == "it answers"
    redis_server.stop()
    with pytest.raises(Problem, match="does not answer"):
        asyncio.run(service_checks.redis(settings))
