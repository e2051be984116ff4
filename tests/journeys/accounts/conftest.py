"""An Echoes whose people sign in by a provider, one for each file, and one of them before a real browser."""

from collections.abc import Iterator

import pytest
from oidc_provider_mock import run_server_in_thread
from playwright.sync_api import Browser

from echoes.database import Database
from tests.journeys.accounts.steps import forgive_refusals, make_known, person_of
from tests.journeys.conftest import DEVICES, App, require_front_end
from tests.journeys.visitors import Visitor, visit
from tests.support.servers.ports import free_port


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    with run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(scope="module")
def app_with_provider(tmp_path_factory: pytest.TempPathFactory, provider: str) -> Iterator[App]:
    require_front_end()
    settings = {
        "ECHOES_OIDC_ISSUER": provider,
        "ECHOES_OIDC_CLIENT_ID": "echoes",
        "ECHOES_OIDC_CLIENT_SECRET": "secret",
        "ECHOES_SIGN_INS_PER_MINUTE": "1000",
    }
    running = App(tmp_path_factory.mktemp("accounts"), free_port(), settings)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def database(app_with_provider: App) -> Iterator[Database]:
    opened = Database(f"sqlite:///{app_with_provider.data_dir}/echoes.db")
    yield opened
    opened.dispose()


@pytest.fixture(params=DEVICES)
def rosa(
    request: pytest.FixtureRequest, chromium: Browser, app_with_provider: App, provider: str
) -> Iterator[Visitor]:
    """Known to the provider, and to Echoes once she has signed in."""
    with visit(chromium, app_with_provider.address, request.param, DEVICES[request.param]) as visitor:
        make_known(provider, person_of(visitor), visitor.called("Rosa"))
        yield visitor
        forgive_refusals(visitor)
