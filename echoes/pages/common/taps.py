"""Idempotent delivery of events: what a page sends again after a broken connection is done once.

components/connection.js numbers each event (`tap`) and repeats what nobody acknowledged, with the seconds
since it was first sent (`age`). Numbers are remembered in this process. Where that memory does not reach
back so far, after a start or with several web processes, a repetition may have been done elsewhere: it is
not done, and the page says so.
"""

import re
import time
from collections import OrderedDict
from collections.abc import Callable
from enum import Enum

import reflex as rx
from reflex.event import Event
from reflex.middleware.middleware import Middleware
from reflex.state import BaseState, StateUpdate

from echoes.pages.common.following import LiveState
from echoes.pages.common.state import PageState, vars_of

NUMBER = re.compile(r"[0-9a-f]{40}")
REMEMBERED = 20_000
UNCERTAIN = (
    "The connection was lost just as you tapped, and we cannot tell whether that arrived. Please look, "
    "and tap again if nothing happened."
)


class EventDelivery(Enum):
    FIRST = "first"
    REPEATED = "repeated"
    UNCERTAIN = "uncertain"


class SeenEvents:
    """The numbers that have arrived, the newest of them."""

    def __init__(
        self, *, is_alone: bool, most: int = REMEMBERED, clock: Callable[[], float] = time.monotonic
    ):
        self._is_alone, self._most, self._clock = is_alone, most, clock
        self._seen: OrderedDict[str, float] = OrderedDict()
        self._since = clock()

    def judge(self, number: str, age: float | None) -> EventDelivery:
        """`age` is None when it is sent for the first time."""
        if number in self._seen:
            return EventDelivery.REPEATED
        self._remember(number)
        if age is None or (self._is_alone and age < self._clock() - self._since):
            return EventDelivery.FIRST
        return EventDelivery.UNCERTAIN

    def _remember(self, number: str) -> None:
        self._seen[number] = self._clock()
        if len(self._seen) > self._most:
            _, self._since = self._seen.popitem(last=False)


class EventDeduplication(Middleware):
    """Stops repetitions before their handler runs."""

    def __init__(self, *, is_alone: bool) -> None:
        self._arrivals = SeenEvents(is_alone=is_alone)

    async def preprocess(self, app: rx.App, state: BaseState, event: Event) -> StateUpdate | None:
        number, age = event.router_data.get("tap"), event.router_data.get("age")
        if not isinstance(number, str) or not NUMBER.fullmatch(number):
            return None
        arrival = self._arrivals.judge(number, age if isinstance(age, int | float) else None)
        if arrival is EventDelivery.FIRST:
            await _know_the_page(state, event)
            return None
        told = vars_of(PageState).show_toast(UNCERTAIN) if arrival is EventDelivery.UNCERTAIN else None
        return StateUpdate(events=Event.from_event_type(told))


async def _know_the_page(state: BaseState, event: Event) -> None:
    """A tap that waited for a server to start comes before the new one has read what that page shows."""
    page = await state.get_state(event.state_cls)
    if isinstance(page, LiveState) and not page.is_loaded:
        await page._fill()
