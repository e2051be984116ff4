"""A client of Reflex's websocket that obeys nobody: any event, any arguments, any page."""

import json
from time import monotonic
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from tests.support.processes import PATIENCE

NAMESPACE = "/_event"


class EventSocket:
    """Engine.IO 4 and Socket.IO 5, as far as sending events and reading answers needs them."""

    def __init__(self, address: str, cookie: str = "") -> None:
        url = f"{address.replace('http', 'ws', 1)}/_event/?EIO=4&transport=websocket&token={uuid4()}"
        headers = {"Cookie": cookie} if cookie else {}
        self._socket = connect(url, additional_headers=headers, origin=Origin(address), max_size=None)

    def __enter__(self) -> Self:
        self._connection: ClientConnection = self._socket.__enter__()
        self._connection.recv(PATIENCE)
        self._connection.send(f"40{NAMESPACE},")
        answer = self._connection.recv(PATIENCE)
        assert str(answer).startswith(f"40{NAMESPACE}"), f"the server refused the socket: {answer!r}"
        return self

    def send(self, handler: str, payload: dict[str, Any], page: str, query: dict[str, str]) -> None:
        router = {"pathname": page, "asPath": page, "query": query}
        event = {"name": handler, "payload": payload, "router_data": router}
        self._connection.send(f"42{NAMESPACE}," + json.dumps(["event", event]))

    def answers(self, quiet_seconds: float = 4.0, until: str = "") -> list[str]:
        """What has come, once nothing more comes for a while; not before `until` is among it."""
        found, is_heard, deadline = list[str](), not until, monotonic() + PATIENCE
        try:
            while True:
                text = str(self._connection.recv(quiet_seconds if is_heard else deadline - monotonic()))
                if text == "2":
                    self._connection.send("3")
                else:
                    found.append(text)
                is_heard = is_heard or until in text
        except TimeoutError:
            return found

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.__exit__(kind, error, trace)
