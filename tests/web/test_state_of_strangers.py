"""State of anonymous tabs: a few kilobytes in memory, whatever they send."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from reflex.istate.manager.memory import StateManagerMemory
from reflex.state import BaseState

from echoes.echoes import app
from echoes.reflex_adapter.websocket import FORM_ENTRIES, Handlers, handlers_of
from echoes.web.websocket.arguments import LONGEST_FIELD, MOST_FIELDS, MOST_ITEMS, InvalidMessage
from echoes.web.websocket.messages import EVENT, LARGEST_MESSAGE, validated
from tests.pages.every_handler import ENDLESS
from tests.support.tabs import ROOT, OpenTab, Tab

pytestmark = pytest.mark.slow

MOST_KILOBYTES = 12
LETTER = "€"
"""Three bytes each: limits count letters."""
LARGE: tuple[Any, ...] = (
    LETTER * (LARGEST_MESSAGE // 4),
    {"title": LETTER * LONGEST_FIELD, "note": LETTER * LONGEST_FIELD},
    {FORM_ENTRIES: [[f"{number}", LETTER * 150] for number in range(MOST_FIELDS)]},
    [LETTER * 20] * (MOST_ITEMS // 2),
    2**53,
    True,
)


@pytest.fixture(scope="module")
def handlers() -> Handlers:
    return handlers_of(app)


def largest(handlers: Handlers, name: str) -> list[dict[str, Any]]:
    """The arguments that the border lets through, of each kind."""
    passed = []
    for value in LARGE:
        sent = {"name": name, "payload": dict.fromkeys(handlers[name], value), "router_data": {}}
        try:
            text = validated(EVENT + json.dumps(["event", sent], ensure_ascii=False), handlers)
        except InvalidMessage:
            continue
        passed.append(json.loads(text.removeprefix(EVENT))[1]["payload"])
    return passed


def bytes_of(tab: Tab) -> int:
    """As Redis would keep it; in memory it is about as much."""
    context = tab._processor._root_context
    assert context is not None
    assert isinstance(context.state_manager, StateManagerMemory)
    (root,) = [state for key, state in context.state_manager.states.items() if tab.token in key]
    return sum(len(state._serialize()) for state in tree(root))


def tree(state: BaseState) -> Iterator[BaseState]:
    yield state
    for below in state.substates.values():
        yield from tree(below)


async def test_no_handler_keeps_much_of_what_nobody_sends(open_tab: OpenTab, handlers: Handlers) -> None:
    tab = open_tab(None)
    await tab.load()
    grown, before = {}, bytes_of(tab)
    for name in sorted(handlers):
        if name.startswith(f"{ROOT}.echoes") and name.removeprefix(f"{ROOT}.") not in ENDLESS:
            for arguments in largest(handlers, name):
                await tab.send(name.removeprefix(f"{ROOT}."), **arguments)
            grown[name] = bytes_of(tab) - before
    assert len(grown) > 80
    assert max(grown.values()) < MOST_KILOBYTES * 1024, max(grown.items(), key=lambda one: one[1])
