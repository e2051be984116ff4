"""The production server in a process of its own: ready when it says so, and ended when it is told to."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from tests.support.processes import PATIENCE
from tests.support.servers.ports import free_port

ROOT = Path(__file__).parents[2]
OPEN_TABS = 20

pytestmark = [
    pytest.mark.long,
    pytest.mark.slow,
    pytest.mark.own_interpreter,
    pytest.mark.skipif(
        not (ROOT / ".web/build/client/index.html").is_file(),
        reason="the front end is not built: make frontend",
    ),
]
Process = subprocess.Popen[str]
Start = Callable[..., Process]


def run(data_dir: Path, port: int, *command: str) -> Process:
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env=os.environ | {"ECHOES_DATA_DIR": str(data_dir), "ECHOES_PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def wait_until_ready(process: Process, port: int) -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == f"Echoes is ready: http://localhost:{port}\n"


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    environment = os.environ | {"ECHOES_DATA_DIR": str(folder)}
    migrate = [sys.executable, "-m", "alembic", "upgrade", "head"]
    subprocess.run(migrate, cwd=ROOT, env=environment, check=True)
    return folder


@pytest.fixture(scope="module")
def serving_port(data_dir: Path) -> Iterator[int]:
    """One server for all tests that only look."""
    port = free_port()
    with run(data_dir, port, "-m", "echoes.web") as process:
        wait_until_ready(process, port)
        yield port
        process.terminate()


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def start(tmp_path: Path, data_dir: Path, port: int) -> Iterator[Start]:
    """Starts the server, or another program, on the port; what still runs after the test is killed."""
    shutil.copytree(data_dir, tmp_path, dirs_exist_ok=True)
    with ExitStack() as running:

        def start(*command: str) -> Process:
            process = running.enter_context(run(tmp_path, port, *(command or ("-m", "echoes.web"))))
            running.callback(process.kill)
            return process

        yield start


def open_tab(port: int, origin: str) -> ClientConnection:
    address = f"ws://127.0.0.1:{port}/_event/?EIO=4&transport=websocket&token={uuid4()}"
    return connect(address, origin=Origin(origin))


def test_pages_routes_and_socket_answer_on_one_port_once_it_is_ready(serving_port: int) -> None:
    address = f"http://localhost:{serving_port}"
    with httpx.Client(base_url=address, timeout=PATIENCE) as browser:
        assert "Echoes" in browser.get("/").text
        assert browser.get("/ping").json() == "pong"
        assert browser.options("/uploads").headers["tus-version"]
    with open_tab(serving_port, address) as tab:
        assert '"sid"' in str(tab.recv())


@pytest.mark.parametrize("page", ["/", "/films", "/sign-in"])
def test_a_page_is_answered_without_a_detour(serving_port: int, page: str) -> None:
    answer = httpx.get(
        f"http://localhost:{serving_port}{page}", headers={"accept-encoding": "gzip"}, timeout=PATIENCE
    )
    assert (answer.status_code, answer.headers["content-encoding"]) == (200, "gzip")
    assert answer.headers["content-type"].startswith("text/html")


def test_files_named_by_their_content_are_compressed_and_kept_for_ever(serving_port: int) -> None:
    scripts = (ROOT / ".web/build/client/assets").glob("*.js")  # The smallest would not gain by it.
    script = max(scripts, key=lambda path: path.stat().st_size).name
    address = f"http://localhost:{serving_port}/assets/{script}"
    response = httpx.get(address, headers={"accept-encoding": "br, gzip"}, timeout=PATIENCE)
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.headers["content-encoding"] == "br"


def test_pages_of_others_cannot_open_the_socket(serving_port: int) -> None:
    refused = pytest.raises((InvalidStatus, ConnectionClosed))
    with refused, open_tab(serving_port, "http://somewhere.example") as tab:
        tab.recv()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"), ("GET", "/there-is-no-such-page"), ("GET", "/favicon.svg"), ("GET", "/auth/callback"),
        ("GET", "/privacy/export"), ("GET", "/watch/none"), ("GET", "/embed/none"), ("GET", "/files/a/b.jpg"),
        ("GET", "/uploads/none"), ("GET", "/ping"), ("GET", "/_event/"), ("OPTIONS", "/uploads"),
        ("POST", "/auth/local"), ("POST", "/stripe/webhook"), ("POST", "/_event/"), ("PUT", "/films"),
        ("DELETE", "/uploads/none"),
    ],
)  # fmt: skip
def test_every_kind_of_answer_has_its_policy_and_lets_no_other_site_read_it(
    serving_port: int, method: str, path: str
) -> None:
    sent = {"origin": "https://evil.example"}
    answer = httpx.request(method, f"http://localhost:{serving_port}{path}", headers=sent, timeout=PATIENCE)
    framed_by = "*" if path.startswith("/embed/") else "'none'"
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert f"frame-ancestors {framed_by}" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in answer.headers


def test_nobody_says_themselves_where_they_come_from(serving_port: int) -> None:
    """Without a proxy that we trust, its header is anybody's word."""
    address = f"http://localhost:{serving_port}/auth/start"
    with httpx.Client(timeout=PATIENCE) as browser:
        answers = [
            browser.get(address, headers={"x-forwarded-for": f"198.51.100.{number}"}) for number in range(25)
        ]
    assert 429 in [answer.status_code for answer in answers]


@pytest.mark.parametrize(
    "signals",
    [[signal.SIGTERM], [signal.SIGTERM, signal.SIGTERM], [signal.SIGINT]],
    ids=["SIGTERM", "SIGTERM twice, as make passes it on", "Ctrl-C"],
)
def test_a_signal_ends_it_within_ten_seconds_with_tabs_open(
    start: Start, port: int, signals: list[signal.Signals]
) -> None:
    from echoes.web.server import SECONDS_TO_END

    server = start()
    wait_until_ready(server, port)
    with ExitStack() as stack:
        for _ in range(OPEN_TABS):
            stack.enter_context(open_tab(port, f"http://localhost:{port}")).send("40/_event,{}")
        idle = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
        idle.sendall(b"GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert idle.recv(100).startswith(b"HTTP/1.1 200")
        for each in signals:
            os.killpg(server.pid, each)
        _, complaints = server.communicate(timeout=PATIENCE)
    assert server.returncode == 0, "over before the server's own deadline"
    assert SECONDS_TO_END < 10
    assert complaints == ""


def test_a_shutdown_that_hangs_is_cut_off(start: Start, port: int) -> None:
    script = f"""
import asyncio, contextlib, uvicorn
from starlette.applications import Starlette
from echoes.web import server

@contextlib.asynccontextmanager
async def never_ending(app):
    yield
    await asyncio.Event().wait()

server.SECONDS_TO_END = 0.5
config = uvicorn.Config(Starlette(lifespan=never_ending), port={port}, log_config=None)
server.Server(config, "http://localhost:{port}").run()
"""
    process = start("-c", script)
    assert process.stdout is not None
    assert process.stdout.readline().startswith("Echoes is ready")
    process.terminate()
    assert process.wait(PATIENCE) == 1


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_a_taken_port_is_named_in_a_sentence(start: Start, port: int, address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    if family == socket.AF_INET6 and not socket.has_dualstack_ipv6():
        address, family = "127.0.0.1", socket.AF_INET
    with socket.create_server((address, port), family=family):
        process = start()
        _, complaint = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert complaint.startswith(f"Port {port} is taken by another program.")
    assert f"ECHOES_PORT={port + 1}" in complaint


def test_a_setting_that_makes_no_sense_is_named_in_a_sentence(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECHOES_MODE", "nowhere")
    process = start()
    _, complaint = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert complaint.startswith("ECHOES_MODE")
    assert "Traceback" not in complaint
