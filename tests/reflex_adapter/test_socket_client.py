"""The socket of pages: Socket.IO 5 over Engine.IO 4, in a browser, with a server that each test plays."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute, sync_playwright

from tests.support import programs

pytestmark = [pytest.mark.slow, pytest.mark.chromium]

SCRIPTS = Path(__file__).resolve().parents[2] / "echoes" / "reflex_adapter"
HERE = "http://echoes.test"
HELLO = '0{"sid":"a","pingInterval":25000,"pingTimeout":20000,"maxPayload":1000}'
BEGIN = """async () => {
  const { default: io } = await import("/socket_client.js");
  const options = { path: "/_event", transports: ["websocket"], protocols: ["1.2"], query: { token: "t" } };
  window.heard = [];
  window.socket = io("ws://echoes.test/_event", options);
  for (const name of ["connect", "connect_error", "disconnect", "event"])
    socket.on(name, (value) => heard.push([name, value?.message ?? value ?? null]));
  socket.auth = { event: null };
}"""


class Server:
    """What it was asked and told; it answers only what its test says."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.lines: list[WebSocketRoute] = []
        self.told: list[str] = []
        self.ended = 0
        page.route_web_socket("**/*", self._opened)

    def _opened(self, line: WebSocketRoute) -> None:
        self.lines.append(line)
        line.on_message(lambda text: self.told.append(str(text)))
        line.on_close(lambda *_: self._closed())

    def _closed(self) -> None:
        self.ended += 1

    def say(self, *texts: str) -> None:
        self.until(lambda: bool(self.lines))
        for text in texts:
            self.lines[-1].send(text)

    def until(self, is_so: Any) -> None:
        """Messages of the browser are read while something is asked of it."""
        for _ in range(1000):
            if is_so():
                return
            self.page.evaluate("() => new Promise((then) => setTimeout(then))")
        raise AssertionError(f"It never came; told: {self.told}")

    def hears(self, *texts: str) -> None:
        self.until(lambda: self.told[-len(texts) :] == list(texts))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=programs.chromium(), args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    page = context.new_page()
    page.route(f"{HERE}/", lambda route: route.fulfill(body="<p>", content_type="text/html"))
    page.route("**/*.js", lambda route: route.fulfill(path=SCRIPTS / route.request.url.rpartition("/")[2]))
    yield page
    context.close()


@pytest.fixture
def server(page: Page) -> Server:
    server = Server(page)
    page.goto(f"{HERE}/")
    page.evaluate(BEGIN)
    return server


@pytest.fixture
def connected(server: Server, page: Page) -> Server:
    page.evaluate("() => { socket.connect() }")
    server.say(HELLO, '40/_event,{"sid":"b"}')
    heard(page, ["connect", None])
    return server


def heard(page: Page, *last: list[Any]) -> None:
    page.wait_for_function(
        "(last) => JSON.stringify(heard.slice(-last.length)) === JSON.stringify(last)", arg=list(last)
    )


def test_it_asks_at_the_address_that_reflex_serves(connected: Server) -> None:
    assert connected.lines[0].url == "ws://echoes.test/_event/?token=t&EIO=4&transport=websocket"
    connected.hears('40/_event,{"event":null}')


def test_the_line_may_be_there_before_the_page_joins_by_it(server: Server, page: Page) -> None:
    page.evaluate("() => { socket.io.open((error) => heard.push(['open', error ?? null])) }")
    server.say(HELLO)
    heard(page, ["open", None])
    assert server.told == []
    page.evaluate("() => { socket.connect() }")
    server.hears('40/_event,{"event":null}')
    assert len(server.lines) == 1


def test_events_go_both_ways(connected: Server, page: Page) -> None:
    page.evaluate("() => { socket.emit('event', { name: 'a, b' }) }")
    connected.hears('42/_event,["event",{"name":"a, b"}]')
    connected.say('42/_event,["event",{"delta":{}}]')
    heard(page, ["event", {"delta": {}}])


def test_what_is_not_defined_is_written_as_reflex_wants_it(connected: Server, page: Page) -> None:
    page.evaluate("() => { socket.io.encoder.replacer = (_, value) => (value === undefined ? null : value) }")
    page.evaluate("() => { socket.emit('event', { name: undefined }) }")
    connected.hears('42/_event,["event",{"name":null}]')


def test_an_event_is_acknowledged_once(connected: Server, page: Page) -> None:
    page.evaluate(
        "() => ['a', 'b'].forEach((it) => socket.emit('event', it, () => heard.push(['arrived', it])))"
    )
    connected.hears('42/_event,0["event","a"]', '42/_event,1["event","b"]')
    connected.say("43/_event,1[]", "43/_event,1[]", "43/_event,0[]")
    heard(page, ["connect", None], ["arrived", "b"], ["arrived", "a"])


def test_pings_are_answered(connected: Server) -> None:
    connected.say("2")
    connected.hears("3")


def test_what_is_emitted_before_it_is_connected_is_sent_then(server: Server, page: Page) -> None:
    page.evaluate("() => { socket.connect(); socket.emit('event', 1) }")
    server.say(HELLO, '40/_event,{"sid":"b"}')
    server.hears('40/_event,{"event":null}', '42/_event,["event",1]')


def test_a_line_that_ends_is_told_and_opened_again_by_a_call(connected: Server, page: Page) -> None:
    connected.lines[0].close()
    heard(page, ["disconnect", "transport close"])
    assert not page.evaluate("socket.connected")
    page.evaluate("() => { socket.io.opts.query = { token: 'u' }; socket.connect() }")
    connected.until(lambda: len(connected.lines) == 2)
    assert "token=u" in connected.lines[1].url
    connected.say(HELLO, '40/_event,{"sid":"c"}')
    heard(page, ["disconnect", "transport close"], ["connect", None])


def test_a_line_that_cannot_be_opened_is_an_error(server: Server, page: Page) -> None:
    page.evaluate("() => { socket.connect() }")
    server.until(lambda: bool(server.lines))
    server.lines[0].close()
    heard(page, ["connect_error", "transport close"])


def test_who_closes_the_line_is_told_at_once(connected: Server, page: Page) -> None:
    """A line that is dead would say so after minutes."""
    assert page.evaluate("() => { socket.io.engine.close(); return heard.at(-1) }") == [
        "disconnect",
        "forced close",
    ]


def test_a_phone_that_slept_notices_that_the_line_is_old(connected: Server, page: Page) -> None:
    page.evaluate(
        "() => { Date.now = () => performance.timeOrigin + 3_600_000; socket.emit('event', 'late') }"
    )
    heard(page, ["disconnect", "ping timeout"])
    page.evaluate("() => { socket.connect() }")
    connected.until(lambda: len(connected.lines) == 2)
    connected.say(HELLO, '40/_event,{"sid":"c"}')
    connected.hears('40/_event,{"event":null}', '42/_event,["event","late"]')


def test_a_page_that_leaves_says_so(connected: Server, page: Page) -> None:
    page.evaluate("() => { socket.disconnect() }")
    heard(page, ["disconnect", "io client disconnect"])
    connected.hears("41/_event,")
    connected.until(lambda: connected.ended == 1)


def test_the_server_may_send_it_away(connected: Server, page: Page) -> None:
    connected.say("41/_event,")
    heard(page, ["disconnect", "io server disconnect"])


def test_the_server_may_refuse_it(server: Server, page: Page) -> None:
    page.evaluate("() => { socket.connect() }")
    server.say(HELLO, '44/_event,{"message":"Not now"}')
    heard(page, ["connect_error", "Not now"])


def test_what_cannot_be_read_ends_the_line(connected: Server, page: Page) -> None:
    page.evaluate("() => { socket.io.decoder.tryParse = () => false }")
    connected.say('42/_event,["event",')
    heard(page, ["disconnect", "forced close"])


def test_after_it_has_left_nobody_is_told_anything(connected: Server, page: Page) -> None:
    page.evaluate("() => { socket.off(); socket.disconnect() }")
    connected.until(lambda: connected.ended == 1)
    assert page.evaluate("heard") == [["connect", None]]
