"""Browsers before our sign-in routes, with passkeys switched on."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select
from starlette.testclient import TestClient

from echoes.accounts import service
from echoes.accounts.cookies import COOKIE
from echoes.accounts.passkeys.routes import routes
from echoes.accounts.routes import routes as others
from echoes.database import Database
from echoes.models import Passkey
from tests.support.databases.fresh import forget
from tests.support.servers.application import application
from tests.support.sign_in.authenticator import Authenticator

HERE = "http://localhost:3000"
PASSKEY = "/auth/passkey"
Answer = Any


@dataclass
class Browser:
    """With an authenticator of its own."""

    client: TestClient
    authenticator: Authenticator

    def begin(self, way: str, **body: Any) -> dict[str, Any]:
        answer = self.client.post(f"{PASSKEY}/{way}/options", json=body)
        assert answer.status_code == 200, answer.text
        asked: dict[str, Any] = answer.json()
        return asked

    def finish(self, way: str, credential: Any) -> Answer:
        return self.client.post(f"{PASSKEY}/{way}", json=credential)

    def sign_up(self, name: str = "Rosa") -> Answer:
        return self.finish("sign-up", self.authenticator.create(self.begin("sign-up", name=name)))

    def sign_in(self, **lies: Any) -> Answer:
        return self.finish("sign-in", self.authenticator.get(self.begin("sign-in"), **lies))

    def add(self, **lies: Any) -> Answer:
        return self.finish("add", self.authenticator.create(self.begin("add"), **lies))

    def sign_out(self) -> None:
        self.client.post("/auth/sign-out")
        self.client.cookies.delete(COOKIE)

    @property
    def token(self) -> str | None:
        return self.client.cookies.get(COOKIE)

    @property
    def user_id(self) -> UUID:
        return service.authenticate(self.token)


NewBrowser = Callable[[], Browser]


@pytest.fixture
def new_browser(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[NewBrowser]:
    monkeypatch.setenv("ECHOES_SIGN_IN", "openid,passkey")
    monkeypatch.setenv("ECHOES_SIGN_INS_PER_MINUTE", "1000")
    forget()
    with ExitStack() as stack:

        def create() -> Browser:
            app = application([*routes, *others])
            client = stack.enter_context(TestClient(app, base_url=HERE, follow_redirects=False))
            client.headers["origin"] = HERE
            return Browser(client, Authenticator(HERE))

        yield create


@pytest.fixture
def browser(new_browser: NewBrowser) -> Browser:
    return new_browser()


def passkeys(database: Database, owner: UUID) -> list[Passkey]:
    with database.reading() as session:
        return list(session.exec(select(Passkey).where(col(Passkey.owner_id) == owner)))


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")
