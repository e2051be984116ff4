"""The production server seen from outside: its log, its counters, and how it ends behind a proxy."""

import json
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from echoes.accounts.cookies import COOKIE
from tests.journeys.conftest import require_front_end
from tests.journeys.socket import EventSocket
from tests.pages.every_handler import FILMS
from tests.support.databases.fresh import migrate
from tests.support.processes import PATIENCE, SHARED_SERVERS, wait_for
from tests.support.releases import ROOT, Process, Release

pytestmark = pytest.mark.slow

LOAD = "reflex___state____state.hydrate"
WATCH = f"reflex___state____state.{FILMS}.watch"
REQUEST = "request-of-a-proxy-1"
CLIENTS_WORDS = "words-of-a-client"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("observed")


@pytest.fixture(scope="module")
def web(data: Path) -> Iterator[Process]:
    """Serves pages only, with the log of production."""
    require_front_end()
    settings = {"ECHOES_DATA_DIR": str(data), "ECHOES_LOG_FORMAT": "json", "ECHOES_DRAIN_SECONDS": "3"}
    migrate(settings)
    with Release(ROOT, settings).web(data / "log") as process:
        SHARED_SERVERS.add(process.process.pid)
        yield process


@pytest.fixture(scope="module")
def anna(web: Process) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=web.address, headers={"origin": web.address}, timeout=PATIENCE) as client:
        client.post("/auth/local", data={"name": "Anna"})
        yield client


def lines(web: Process) -> list[dict[str, Any]]:
    """All that it wrote. Whatever is not JSON fails the test, but for the word that it is ready."""
    written = [line for line in web.log.read_text().splitlines() if not line.startswith("Echoes is ready")]
    return [json.loads(line) for line in written]


@contextmanager
def without_projects(data: Path) -> Iterator[None]:
    """A mistake of ours that every part meets: a table is not there."""

    def rename(before: str, after: str) -> None:
        with closing(sqlite3.connect(data / "echoes.db")) as database:
            database.execute(f"ALTER TABLE {before} RENAME TO {after}")

    rename("projects", "projects_elsewhere")
    try:
        yield
    finally:
        rename("projects_elsewhere", "projects")


def test_each_line_is_json_with_its_ids_and_without_a_clients_words(
    web: Process, data: Path, anna: httpx.Client
) -> None:
    cookie = f"{COOKIE}={anna.cookies[COOKIE]}"
    with without_projects(data):
        headers = {"X-Request-ID": REQUEST, "User-Agent": CLIENTS_WORDS}
        answer = anna.get(f"/privacy/export?{CLIENTS_WORDS}", headers=headers)
        with EventSocket(web.address, cookie) as tab:
            tab.send(WATCH, {}, "/films", {CLIENTS_WORDS: CLIENTS_WORDS})
            wait_for(lambda: "films_state.watch" in web.log.read_text(), "the line of the event")
    assert (answer.status_code, answer.headers["X-Request-ID"]) == (500, REQUEST)
    written = lines(web)
    (request,) = [line for line in written if line.get("request") == REQUEST]
    (event, *_) = [line for line in written if line.get("event") == "films_state.watch"]
    assert request["route"] == "/privacy/export"
    assert request["user"] == event["user"]
    assert len(event["request"]) == 32
    text = web.log.read_text()
    with closing(sqlite3.connect(data / "echoes.db")) as database:
        ((user,),) = database.execute("SELECT id FROM users").fetchall()
    assert not [word for word in (CLIENTS_WORDS, user, UUID(user).hex, cookie) if word in text.lower()]


def test_requests_and_events_are_counted_by_names_of_ours(web: Process, anna: httpx.Client) -> None:
    anna.get("/watch/of-a-client")
    anna.get("/a-page/of-a-client")
    with EventSocket(web.address, f"{COOKIE}={anna.cookies[COOKIE]}") as tab:
        tab.send(LOAD, {}, "/films", {})
        measured = ""

        def is_counted() -> bool:
            nonlocal measured
            measured = anna.get("/metrics").text
            return 'handler="state.hydrate"' in measured and "echoes_open_tabs 1.0" in measured

        wait_for(is_counted, "the event to be counted")
    assert 'echoes_http_requests_total{method="GET",route="/watch/{token}",status="404"} 1.0' in measured
    assert 'route="(page)"' in measured
    assert 'echoes_events_total{handler="state.hydrate",result="succeeded"}' in measured
    assert "of-a-client" not in measured


def test_a_proxy_can_turn_away_before_it_ends(web: Process, anna: httpx.Client) -> None:
    assert anna.get("/readyz").json() == {"status": "ready"}
    web.process.send_signal(signal.SIGTERM)
    wait_for(lambda: anna.get("/readyz").status_code == 503, "it to be unready")
    assert anna.get("/readyz").json() == {"status": "not ready", "not_ready": ["draining"]}
    assert anna.get("/films").status_code == 200
    assert anna.get("/healthz").status_code == 200
    assert web.process.wait(PATIENCE) == 0
