"""Websocket messages: what is passed on is small, of kinds that handlers declare, whatever a client sends."""

import json
from typing import Any
from uuid import uuid4

import pytest

from echoes.echoes import app
from echoes.reflex_adapter.websocket import FORM_ENTRIES, Handlers, handlers_of
from echoes.web.websocket.arguments import LONGEST_FIELD, InvalidMessage, argument
from echoes.web.websocket.messages import CONNECT, EVENT, LARGEST_MESSAGE, validated

KINDS: tuple[Any, ...] = (str, int, float, bool, dict[str, str], dict[str, Any], list[str])
HUGE: tuple[Any, ...] = (
    "x" * 50_000, "\ud800", "\x00" * 9000, ["x" * 9000] * 5, {"a": "x" * 50_000}, {"x" * 9000: "y"}, 10**24,
    1e300, -1, True, None, [], {}, [[[]]], {"a": {"b": []}}, {FORM_ENTRIES: [["title", "x" * 9000]]},
)  # fmt: skip
MOST_BYTES = 3 * 8 * LONGEST_FIELD
"""Of one event that was passed on."""


@pytest.fixture(scope="module")
def handlers() -> Handlers:
    return handlers_of(app)


def event(name: str, payload: object, **others: object) -> str:
    sent = {"name": name, "payload": payload, "router_data": {"pathname": "/films", **others}}
    return EVENT + json.dumps(["event", sent])


def payload_of(passed: str) -> Any:
    return json.loads(passed.removeprefix(EVENT))[1]["payload"]


def test_every_parameter_of_every_handler_is_of_a_kind_that_is_checked(handlers: Handlers) -> None:
    assert len(handlers) > 100
    for name, parameters in handlers.items():
        for parameter in parameters.values():
            assert parameter.kind in KINDS, f"{name} takes {parameter.kind}: arguments.py must learn it"


def test_nothing_huge_or_odd_passes_to_any_handler(handlers: Handlers) -> None:
    for name, parameters in handlers.items():
        for value in HUGE:
            try:
                passed = validated(event(name, dict.fromkeys(parameters, value)), handlers)
            except InvalidMessage:
                continue
            assert len(passed) <= MOST_BYTES * max(1, len(parameters)), f"{name} gets {len(passed)} bytes"
            assert "\\ud800" not in passed
            assert "\\u0000" not in passed


def test_a_string_is_cut_to_what_its_handler_says(handlers: Handlers) -> None:
    lengths = {parameter.longest for parameters in handlers.values() for parameter in parameters.values()}
    assert max(lengths) < 2100
    (write,) = [name for name in handlers if name.endswith("prompt_state.write")]
    passed = payload_of(validated(event(write, {"words": "x" * 9000}), handlers))
    assert len(passed["words"]) == 2001


@pytest.mark.parametrize(
    "message",
    [
        "", "4", "40/other,", "42/_event,{", "42/_event,[]", '42/_event,[["event"]]', '42/_event,["other"]',
        "42/_event,17[]", "451-/_event,[]", "42" + "[" * 60_000, '42/_event,["event",{"name":"no.such"}]',
        '42/_event,["event",NaN]', '42/_event,["event",' + "9" * 200 + "]", "2probe", "x",
    ],
)  # fmt: skip
def test_what_no_page_sends_is_not_passed_on(handlers: Handlers, message: str) -> None:
    with pytest.raises(InvalidMessage):
        validated(message, handlers)


def test_what_a_page_sends_passes_as_it_is(handlers: Handlers) -> None:
    (ask,) = [name for name in handlers if name.endswith("films_state.ask_delete")]
    (reorder,) = [name for name in handlers if name.endswith("order_state.reorder")]
    named = {"project_id": str(uuid4()), "title": "Großmutter 👵🏽"}
    clips = {"clip_ids": [str(uuid4()) for _ in range(700)]}
    assert payload_of(validated(event(ask, named), handlers)) == named
    passed = validated(event(reorder, clips), handlers)
    assert payload_of(passed) == clips
    assert len(passed) < LARGEST_MESSAGE
    boot = {"event": {"name": "reflex___state____state.hydrate_and_load", "payload": {"hashes": ["a"]},
            "router_data": {"pathname": "/", "asPath": "/"}}, "state_schema": "abc"}  # fmt: skip
    assert json.loads(validated(CONNECT + json.dumps(boot), handlers).removeprefix(CONNECT)) == boot
    for plain in ("1", "3", "41/_event,", "40/_event,", '42/_event,["ping"]'):
        assert validated(plain, handlers) == plain


def test_setters_are_not_for_clients(handlers: Handlers) -> None:
    assert not [name for name in handlers if name.endswith(".setvar")]


def test_numbers_of_a_field_are_read(handlers: Handlers) -> None:
    (seconds,) = [name for name in handlers if name.endswith("arrange_state.set_seconds")]
    assert argument("1.5", handlers[seconds]["seconds"]) == 1.5
    with pytest.raises(InvalidMessage):
        argument("nan", handlers[seconds]["seconds"])


def test_a_tap_keeps_its_number_and_its_acknowledgement() -> None:
    sent = event("any", {}, tap="a" * 40, age=12.5).replace(EVENT, f"{EVENT}17")
    passed = validated(sent, {"any": {}})
    assert passed.startswith(f"{EVENT}17[")
    route = json.loads(passed.removeprefix(f"{EVENT}17"))[1]["router_data"]
    assert (route["tap"], route["age"]) == ("a" * 40, 12.5)


@pytest.mark.parametrize("number", ["1" * 10, "-1", "1e3", "\u0661", " "])
def test_an_acknowledgement_is_a_short_number(number: str) -> None:
    with pytest.raises(InvalidMessage):
        validated(event("any", {}).replace(EVENT, EVENT + number), {"any": {}})


@pytest.mark.parametrize("age", ["much", [1], float("inf"), True])
def test_an_age_is_a_number(age: object) -> None:
    with pytest.raises(InvalidMessage):
        validated(event("any", {}, age=age), {"any": {}})


def test_a_long_number_of_a_tap_is_cut() -> None:
    passed = validated(event("any", {}, tap="a" * 9000), {"any": {}})
    assert len(passed) < 200
