"""Network fingerprints: hashed, by day, and forgotten after two."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket

from echoes.accounts import networks, service
from echoes.accounts.cookies import BROWSER, COOKIE
from echoes.accounts.networks import KnownNetworksMiddleware
from echoes.accounts.routes import routes
from echoes.database import Database
from echoes.models import User, now
from echoes.settings import get_settings
from tests.support.servers.application import application

HERE = "http://localhost:3000"
HOME, CAFE = "198.51.100.4", "203.0.113.7"


async def tab(socket: WebSocket) -> None:
    await socket.accept()
    await socket.close()


@pytest.fixture
def browser(database: Database) -> Iterator[TestClient]:
    app = application([*routes, WebSocketRoute("/_event", tab)])
    with TestClient(
        KnownNetworksMiddleware(app), base_url=HERE, follow_redirects=False, client=(HOME, 1)
    ) as client:
        client.headers["origin"] = HERE
        yield client


def is_known(database: Database, user_id: UUID, address: str) -> bool:
    with database.reading() as session:
        return networks.is_of(session.get_one(User, user_id), address)


def note(database: Database, user_id: UUID, address: str) -> str:
    with database.unscoped() as session:
        networks.note(session, user_id, address)
        return session.get_one(User, user_id).networks or ""


def test_a_sign_in_notes_where_it_comes_from_and_marks_its_browser(
    browser: TestClient, database: Database
) -> None:
    answer = browser.post("/auth/local", data={"name": "Rosa"})
    rosa = service.authenticate(answer.cookies[COOKIE])
    assert is_known(database, rosa, HOME)
    assert not is_known(database, rosa, CAFE)
    assert answer.cookies[BROWSER] == networks.mark_of(rosa)
    second = browser.post("/auth/local", data={"name": "Karl"})
    karl = service.authenticate(second.cookies[COOKIE])
    assert second.cookies[BROWSER].split(".") == [networks.mark_of(karl), networks.mark_of(rosa)]


def test_signing_out_leaves_the_mark(browser: TestClient, database: Database) -> None:
    browser.post("/auth/local", data={"name": "Rosa"})
    browser.post("/auth/sign-out")
    assert BROWSER in browser.cookies
    assert COOKIE not in browser.cookies


def test_a_tab_notes_where_it_is_opened(browser: TestClient, database: Database, anna: UUID) -> None:
    with database.unscoped() as session:
        token = service.open_session(session, get_settings(), anna, "")
    for cookie in ("a token of nobody", token):
        assert not is_known(database, anna, HOME)
        with browser.websocket_connect("/_event", headers={"cookie": f"{COOKIE}={cookie}"}):
            pass
    assert is_known(database, anna, HOME)


def test_what_is_kept_says_no_address_and_is_another_one_each_day(database: Database, anna: UUID) -> None:
    kept = note(database, anna, HOME)
    assert HOME not in kept
    day, _, digest = kept.partition(":")
    assert (day, len(digest)) == (f"{now():%Y-%m-%d}", networks.HASH_LETTERS)
    assert note(database, anna, HOME) == kept
    assert networks.digest("2026-01-01", HOME) != networks.digest("2026-01-02", HOME)


def test_yesterday_counts_and_the_day_before_is_forgotten(
    database: Database, anna: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    note(database, anna, HOME)
    today = now()
    monkeypatch.setattr(networks, "now", lambda: today + timedelta(days=1))
    assert is_known(database, anna, HOME)
    with database.unscoped() as session:
        networks.forget(session)
    assert is_known(database, anna, HOME)
    monkeypatch.setattr(networks, "now", lambda: today + timedelta(days=2))
    assert not is_known(database, anna, HOME)
    assert HOME not in note(database, anna, CAFE)
    monkeypatch.setattr(networks, "now", lambda: today + timedelta(days=9))
    with database.unscoped() as session:
        networks.forget(session)
        assert session.get_one(User, anna).networks is None


def test_no_more_are_kept_than_a_phone_comes_by(database: Database, anna: UUID) -> None:
    for number in range(networks.MOST_NETWORKS + 10):
        kept = note(database, anna, f"198.51.100.{number}")
    assert len(kept.split()) == networks.MOST_NETWORKS
    assert is_known(database, anna, f"198.51.100.{networks.MOST_NETWORKS + 9}")


def test_many_marks_of_one_browser_are_a_few(database: Database, anna: UUID) -> None:
    jar = {BROWSER: ".".join(f"{number:016x}" for number in range(50))}
    assert len(networks.marked(jar, anna).split(".")) == networks.MOST_MARKS
    assert len(networks.marked({BROWSER: "x" * 100_000}, anna)) < 200
