"""The wire between pages and Reflex: its path, its messages, and what a client may call by it."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args, get_origin, get_type_hints

import reflex as rx
from reflex_base.constants import CompileVars, Endpoint
from reflex_base.event import EventHandler
from reflex_base.utils.form import FORM_DATA_ENTRIES_KEY

from echoes.text.validation import LONGEST_ARGUMENT, MaxLength

EVENTS = f"/{Endpoint.EVENT.value}"
"""The path of the websocket, which is also the namespace of its messages."""
FORM_ENTRIES = FORM_DATA_ENTRIES_KEY
BOOT_EVENT, STATE_SCHEMA = CompileVars.CONNECT_AUTH_EVENT, CompileVars.CONNECT_AUTH_STATE_SCHEMA
FROM_BROWSERS = frozenset({"event", "ping", "client_error"})
"""What a page's socket emits."""
ANY_SETTER = "setvar"
"""A handler that Reflex gives to every state; no page of ours calls it."""


@dataclass(frozen=True, slots=True)
class Parameter:
    kind: Any
    """Its annotation, without None."""
    is_required: bool
    may_be_none: bool
    longest: int


Handlers = Mapping[str, Mapping[str, Parameter]]


def handlers_of(app: rx.App) -> Handlers:
    """All that a client may call, by the names on the wire."""
    registered = app._registration_context.event_handlers
    return {
        name: parameters_of(entry.handler)
        for name, entry in registered.items()
        if not name.endswith(f".{ANY_SETTER}")
    }


def parameters_of(handler: EventHandler) -> dict[str, Parameter]:
    hints = get_type_hints(handler.fn, include_extras=True)
    declared = list(inspect.signature(handler.fn).parameters.values())[1:]
    return {one.name: _parameter(one, hints.get(one.name, Any)) for one in declared}


def _parameter(declared: inspect.Parameter, hint: Any) -> Parameter:
    longest = LONGEST_ARGUMENT
    for extra in getattr(hint, "__metadata__", ()):
        longest = extra.letters if isinstance(extra, MaxLength) else longest
    hint = getattr(hint, "__origin__", hint) if hasattr(hint, "__metadata__") else hint
    choices = () if get_origin(hint) in (list, dict) else get_args(hint)
    may_be_none = type(None) in choices
    kind = next((choice for choice in choices if choice is not type(None)), hint) if may_be_none else hint
    return Parameter(kind, declared.default is inspect.Parameter.empty, may_be_none, longest)
