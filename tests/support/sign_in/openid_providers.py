"""OpenID providers that others wrote, on loopback, and a browser that goes through them."""

import json
import re
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import httpx2
import oidc_provider_mock
import pytest
import werkzeug.serving
from oidc_provider_mock import run_server_in_thread
from starlette.testclient import TestClient

from echoes.accounts.routes import routes
from echoes.database import Database
from echoes.settings import get_settings
from tests.support.processes import PATIENCE
from tests.support.servers.application import application
from tests.support.servers.npm import running
from tests.support.servers.ports import free_port

HERE = "http://localhost:3000"
CALLBACK = f"{HERE}/auth/callback"
CLIENT = {"ECHOES_OIDC_CLIENT_ID": "echoes", "ECHOES_OIDC_CLIENT_SECRET": "the client's secret"}
SCRIPTS = Path(__file__).parents[1] / "servers" / "node"


@cache
def _certificates() -> ssl.SSLContext:
    """Reading them takes a tenth of a second, and here nobody needs them."""
    return httpx.create_ssl_context()


@cache
def wire() -> httpx.Client:
    return httpx.Client(verify=_certificates(), timeout=PATIENCE)


@dataclass
class SigningIn:
    """A browser before our sign-in routes; what the provider's pages ask is answered by the test."""

    client: TestClient
    issuer: str

    def start(self, target: str = "/films", **headers: str) -> httpx2.Response:
        sent = {"sec-fetch-site": "same-origin"} | headers
        answer: httpx2.Response = self.client.get("/auth/start", params={"next": target}, headers=sent)
        return answer

    def come_back(self, address: str) -> httpx2.Response:
        """From the provider, as its redirect says."""
        assert address.startswith(CALLBACK), address
        sent = {"sec-fetch-site": "cross-site"}
        answer: httpx2.Response = self.client.get(address.removeprefix(HERE), headers=sent)
        return answer

    @property
    def cookies(self) -> dict[str, str]:
        return dict(self.client.cookies)


def use_provider(issuer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in CLIENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("ECHOES_OIDC_ISSUER", issuer)
    get_settings.cache_clear()


@pytest.fixture(scope="session")
def issuer() -> Iterator[str]:
    """oidc-provider-mock."""
    with run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


@contextmanager
def provider_with_tls(tls: ssl.SSLContext, host: str = "localhost", port: int = 0) -> Iterator[str]:
    """oidc-provider-mock over https, as production demands it."""
    app = oidc_provider_mock.app()
    server = werkzeug.serving.make_server(host, port, app, threaded=True, ssl_context=tls)
    thread = threading.Thread(target=server.serve_forever, args=[0.05], name="OpenID provider")
    thread.start()
    try:
        yield f"https://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def signing_in(database: Database, issuer: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[SigningIn]:
    use_provider(issuer, monkeypatch)
    with TestClient(application(routes), base_url=HERE, follow_redirects=False) as client:
        yield SigningIn(client, issuer)


def let_in(address: str, subject: str = "rosa", trust: ssl.SSLContext | None = None, **claims: Any) -> str:
    """Press the mock provider's button; where it sends the browser."""
    client = httpx.Client(verify=trust, timeout=PATIENCE) if trust else wire()
    told = {"email": "rosa@example.org", "email_verified": True, "name": "Rosa", **claims}
    parts = urlsplit(address)
    provider = f"{parts.scheme}://{parts.netloc}"
    client.put(f"{provider}/users/{subject}", json=told).raise_for_status()
    return client.post(address, data={"sub": subject}).headers["location"]


def turn_away(address: str) -> str:
    return wire().post(address, data={"action": "deny"}).headers["location"]


@dataclass
class LyingProvider:
    issuer: str
    file: Path

    def tell(self, **lies: Any) -> None:
        self.file.write_text(json.dumps(lies))


@pytest.fixture(scope="session")
def lying_server(node_modules: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LyingProvider]:
    folder, port = tmp_path_factory.mktemp("lying-provider"), free_port()
    lying = LyingProvider(f"http://localhost:{port}", folder / "lies.json")
    lying.tell()
    ready = f"http://127.0.0.1:{port}/.well-known/openid-configuration"
    script = SCRIPTS / "lying_provider.cjs"
    with running(node_modules, script, str(port), str(lying.file), ready=ready, log=folder / "log"):
        yield lying


@pytest.fixture
def lying(lying_server: LyingProvider) -> LyingProvider:
    """oauth2-mock-server, honest until a test tells it to lie."""
    lying_server.tell()
    return lying_server


@pytest.fixture(scope="session")
def strict_issuer(node_modules: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """npm's oidc-provider: certified, and it enforces PKCE."""
    folder, port = tmp_path_factory.mktemp("strict-provider"), free_port()
    ready = f"http://127.0.0.1:{port}/.well-known/openid-configuration"
    script = SCRIPTS / "strict_provider.cjs"
    with running(node_modules, script, str(port), CALLBACK, ready=ready, log=folder / "log"):
        yield f"http://localhost:{port}"


def go_through(address: str) -> str:
    """The strict provider's own pages: a log-in, a consent, and back."""
    with httpx.Client(verify=_certificates(), timeout=PATIENCE) as browser:
        answer = browser.get(address)
        while True:
            location = answer.headers.get("location", "")
            if location.startswith(CALLBACK):
                return str(location)
            if location:
                answer = browser.get(str(answer.url.join(location)))
                continue
            action = re.search(r'action="([^"]+)"', answer.text)
            prompt = re.search(r'name="prompt" value="(\w+)"', answer.text)
            assert action, answer.text
            assert prompt, answer.text
            answer = browser.post(
                str(answer.url.join(action[1])), data={"prompt": prompt[1], "login": "rosa", "password": "x"}
            )


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
