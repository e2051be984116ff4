"""What a page sends by its websocket: Engine.IO 4 and Socket.IO 5, as far as our pages use them.

Everything is read here and written anew, so that what goes on to Reflex is small and of known shape.
"""

import json
import re
from collections.abc import Callable
from typing import Any, NoReturn

from echoes.reflex_adapter.websocket import BOOT_EVENT, EVENTS, FROM_BROWSERS, STATE_SCHEMA, Handlers
from echoes.web.websocket import arguments
from echoes.web.websocket.arguments import InvalidMessage

LARGEST_MESSAGE = 32 * 1024
"""Files do not go this way. The longest that a page sends is the order of some hundred clips."""
CLOSE, PONG = "1", "3"
CONNECT, DISCONNECT, EVENT = f"40{EVENTS},", f"41{EVENTS},", f"42{EVENTS},"
ACKNOWLEDGEMENT = re.compile(r"[0-9]{0,9}")
"""The number by which the server acknowledges an event, where the page asks for that."""
LONGEST_REPORT = 300
LONGEST_SCHEMA = 100


def validated(message: str, handlers: Handlers) -> str:
    """The same message, or one without what nobody may send; raises InvalidMessage."""
    if message in (CLOSE, PONG, DISCONNECT):
        return message
    if message.startswith(CONNECT):
        return CONNECT + _written(_greeting(_read(message.removeprefix(CONNECT) or "null"), handlers))
    if message.startswith(EVENT):
        sent = message.removeprefix(EVENT)
        number = sent.partition("[")[0]
        if not ACKNOWLEDGEMENT.fullmatch(number):
            raise InvalidMessage
        return EVENT + number + _written(_emitted(_read(sent.removeprefix(number)), handlers))
    raise InvalidMessage


def _read(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse, parse_int=_whole)
    except (ValueError, RecursionError) as error:
        raise InvalidMessage from error


def _refuse(_: str) -> NoReturn:
    """NaN and the infinities are none of JSON's."""
    raise InvalidMessage


def _whole(digits: str) -> int:
    if len(digits) > arguments.LONGEST_NUMBER:
        raise InvalidMessage
    return int(digits)


def _written(value: Any) -> str:
    return json.dumps(value, separators=(",", ":")) if value is not None else ""


def _greeting(sent: object, handlers: Handlers) -> dict[str, Any] | None:
    """A page brings its first event along."""
    if sent is None:
        return None
    if not isinstance(sent, dict):
        raise InvalidMessage
    read: dict[str, Any] = {}
    if isinstance(schema := sent.get(STATE_SCHEMA), str):
        read[STATE_SCHEMA] = arguments.text(schema, LONGEST_SCHEMA)
    if sent.get(BOOT_EVENT) is not None:
        read[BOOT_EVENT] = arguments.event(sent[BOOT_EVENT], handlers)
    return read


def _emitted(sent: object, handlers: Handlers) -> list[Any]:
    if not isinstance(sent, list) or not sent or str(sent[0]) not in FROM_BROWSERS:
        raise InvalidMessage
    read: Callable[[object], Any] = _report if sent[0] == "client_error" else _event_of(handlers)
    return sent[:1] if sent[0] == "ping" else [sent[0], read(sent[1] if len(sent) == 2 else None)]


def _event_of(handlers: Handlers) -> Callable[[object], Any]:
    return lambda sent: arguments.event(sent, handlers)


def _report(sent: object) -> dict[str, str]:
    """What a page says of an error in it."""
    if not isinstance(sent, dict):
        raise InvalidMessage
    texts = {name: value for name, value in sent.items() if isinstance(value, str)}
    known = {name: texts[name] for name in ("error_type", "substate", "message") if name in texts}
    return {name: arguments.text(value, LONGEST_REPORT) for name, value in known.items()}
