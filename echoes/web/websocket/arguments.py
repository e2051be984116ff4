"""Event argument validation: those that a handler declares, of the kinds that it declares, cut.

The check goes by the handlers' own signatures, so that a new one is covered by being there.
"""

import math
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, get_origin

from echoes.errors import InternalError
from echoes.reflex_adapter.websocket import FORM_ENTRIES, Handlers, Parameter

MOST_FIELDS, LONGEST_FIELD_NAME, LONGEST_FIELD = 60, 100, 4000
"""Of a form. Services refuse what is shorter than that, with a sentence."""
MOST_ITEMS, LONGEST_ITEM = 1000, 100
MOST_PARAMETERS, LONGEST_PARAMETER, LONGEST_ADDRESS = 20, 300, 1200
"""Of the address that a page has in the browser."""
LONGEST_TAP = 40
LARGEST_NUMBER = 2.0**53
LONGEST_NUMBER = 25
UNUSABLE = dict.fromkeys([0, *range(0xD800, 0xE000)], "\N{REPLACEMENT CHARACTER}")
"""Neither a database nor UTF-8 takes NUL and halves of surrogate pairs."""


class InvalidMessage(InternalError):
    """No page of ours sends this."""

    code = "invalid_message"


def text(value: str, longest: int) -> str:
    """Cut first: what is too long for a service is so still, and what is kept has a length."""
    return value[:longest].translate(UNUSABLE)


def event(sent: object, handlers: Handlers) -> dict[str, Any]:
    if not isinstance(sent, dict) or not isinstance(sent.get("name"), str):
        raise InvalidMessage
    parameters = handlers.get(sent["name"])
    if parameters is None:
        raise InvalidMessage
    return {
        "name": sent["name"],
        "payload": payload(sent.get("payload"), parameters),
        "router_data": route(sent.get("router_data")),
    }


def payload(sent: object, parameters: Mapping[str, Parameter]) -> dict[str, Any]:
    given = {} if sent is None else sent
    if not isinstance(given, dict) or not given.keys() <= parameters.keys():
        raise InvalidMessage
    if any(one.is_required and name not in given for name, one in parameters.items()):
        raise InvalidMessage
    return {name: argument(value, parameters[name]) for name, value in given.items()}


def argument(value: object, parameter: Parameter) -> Any:
    kind = get_origin(parameter.kind) or parameter.kind
    if value is None and parameter.may_be_none:
        return None
    if kind is str and isinstance(value, str):
        return text(value, parameter.longest)
    if kind is bool and isinstance(value, bool):
        return value
    if kind in (int, float):
        return number(value, whole=kind is int)
    if kind is list and isinstance(value, list) and len(value) <= MOST_ITEMS:
        return [text(item, LONGEST_ITEM) for item in _strings(value)]
    if kind is dict and isinstance(value, dict):
        return form(value)
    raise InvalidMessage


def number(value: object, *, whole: bool) -> int | float:
    """A browser's field says a number as a string."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise InvalidMessage
    if isinstance(value, str) and len(value) > LONGEST_NUMBER:
        raise InvalidMessage
    with suppress(ValueError, OverflowError):
        read = float(value)
        if math.isfinite(read) and abs(read) <= LARGEST_NUMBER and (not whole or read.is_integer()):
            return int(read) if whole else read
    raise InvalidMessage


def form(sent: dict[Any, Any]) -> dict[str, Any]:
    """As a form's entries in their order, or as an object."""
    entries = sent.get(FORM_ENTRIES)
    fields = entries if isinstance(entries, list) else [[name, value] for name, value in sent.items()]
    if len(fields) > MOST_FIELDS:
        raise InvalidMessage
    read = [_field(one) for one in fields]
    return {FORM_ENTRIES: read} if isinstance(entries, list) else dict(read)


def _field(sent: object) -> tuple[str, str | int | float | bool | None]:
    if not isinstance(sent, list) or len(sent) != 2 or not isinstance(sent[0], str):
        raise InvalidMessage
    name, value = sent
    if isinstance(value, str):
        return text(name, LONGEST_FIELD_NAME), text(value, LONGEST_FIELD)
    if value is None or isinstance(value, bool):
        return text(name, LONGEST_FIELD_NAME), value
    return text(name, LONGEST_FIELD_NAME), number(value, whole=False)


def route(sent: object) -> dict[str, Any]:
    """Which page it comes from, in the browser's words. The address may hold what other sites add to links;
    what our own routes name comes last."""
    if not isinstance(sent, dict):
        raise InvalidMessage
    query = sent.get("query")
    given = list(query.items())[-MOST_PARAMETERS:] if isinstance(query, dict) else []
    read = {
        text(name, LONGEST_FIELD_NAME): text(value, LONGEST_PARAMETER)
        for name, value in given
        if isinstance(value, str)
    }
    known = {
        name: text(sent[name], longest)
        for name, longest in (("pathname", LONGEST_PARAMETER), ("asPath", LONGEST_ADDRESS))
        if isinstance(sent.get(name), str)
    }
    return {**known, **tap(sent), "query": read} if read else {**known, **tap(sent)}


def tap(sent: Mapping[str, object]) -> dict[str, Any]:
    """The number of what was tapped, and the seconds since it was first sent (`pages.taps`)."""
    known: dict[str, Any] = {}
    if isinstance(sent.get("tap"), str):
        known["tap"] = text(str(sent["tap"]), LONGEST_TAP)
    if sent.get("age") is not None:
        known["age"] = number(sent["age"], whole=False)
    return known


def _strings(values: list[Any]) -> list[str]:
    if not all(isinstance(value, str) for value in values):
        raise InvalidMessage
    return values
