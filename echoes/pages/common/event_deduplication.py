"""Idempotent delivery of events: what a page sends again after a broken connection is done once.

components/connection_status/event_outbox.js numbers each event (`tap`) and repeats what nobody
acknowledged, with the seconds since it was first sent (`age`). Numbers are remembered in this process, and
in Redis where several share it: there a repetition that reaches another process, or one that was started
anew, finds the claim of the first. Where the memory does not reach back so far, a repetition may have been
done: it is not done, and the page says so.
"""

import logging
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

import reflex as rx
from reflex.event import Event

from echoes.pages.common.following import LiveState
from echoes.pages.common.state import PageState, vars_of
from echoes.reflex_adapter.states import BaseState, StateUpdate

if TYPE_CHECKING:
    from redis.asyncio import Redis

NUMBER = re.compile(r"[0-9a-f]{40}")
REMEMBERED = 20_000
CLAIMED_SECONDS = 3600
"""In Redis. A tab that was away for longer is asked to look."""
SINCE = "echoes:taps:since"
"""Since when Redis has remembered: it may be emptied or started anew."""
UNCERTAIN = (
    "The connection was lost just as you tapped, and we cannot tell whether it arrived. Please check, "
    "and tap again if nothing happened."
)
ARRIVED = "The connection was lost just as you tapped, but your tap had already arrived."

logger = logging.getLogger(__name__)


class EventDelivery(Enum):
    FIRST = "first"
    REPEATED = "repeated"
    ELSEWHERE = "elsewhere"
    """It was claimed by another process, or by this one before it was started anew."""
    UNCERTAIN = "uncertain"


TOLD = {EventDelivery.UNCERTAIN: UNCERTAIN, EventDelivery.ELSEWHERE: ARRIVED}


class SeenEvents:
    """The numbers that have arrived, the newest of them."""

    def __init__(self, *, most: int = REMEMBERED, clock: Callable[[], float] = time.monotonic):
        self._most, self._clock = most, clock
        self._seen: OrderedDict[str, float] = OrderedDict()
        self._since = clock()

    def judge(self, number: str, age: float | None) -> EventDelivery:
        """`age` is None when it is sent for the first time."""
        if number in self._seen:
            return EventDelivery.REPEATED
        self._remember(number)
        if age is None or age < self._clock() - self._since:
            return EventDelivery.FIRST
        return EventDelivery.UNCERTAIN

    def _remember(self, number: str) -> None:
        self._seen[number] = self._clock()
        if len(self._seen) > self._most:
            _, self._since = self._seen.popitem(last=False)


class SharedArrivals:
    """The same for all processes that share a Redis: the start that sets a number's key does what it asks."""

    def __init__(self, redis_url: str, clock: Callable[[], float] = time.time) -> None:
        self._url, self._clock = redis_url, clock

    async def judge(self, number: str, age: float | None) -> EventDelivery:
        from redis import RedisError

        try:
            is_claimed, since = await self._claim(number)
        except RedisError as error:
            logger.warning("Redis does not answer whether a tap has arrived: %s", type(error).__name__)
            return EventDelivery.FIRST if age is None else EventDelivery.UNCERTAIN
        if not is_claimed:
            return EventDelivery.ELSEWHERE
        reaches_back = min(self._clock() - since, CLAIMED_SECONDS)
        return EventDelivery.FIRST if age is None or age < reaches_back else EventDelivery.UNCERTAIN

    async def _claim(self, number: str) -> tuple[bool, float]:
        """Whether nobody had, and since when such claims have been remembered. One way there and back."""
        async with self._redis.pipeline() as pipeline:
            pipeline.set(SINCE, self._clock(), nx=True)
            pipeline.get(SINCE)
            pipeline.set(f"echoes:tap:{number}", 1, nx=True, ex=CLAIMED_SECONDS)
            _, since, is_claimed = await pipeline.execute()
        return bool(is_claimed), float(since)

    @cached_property
    def _redis(self) -> "Redis":
        from redis.asyncio import Redis

        return Redis.from_url(self._url)


class EventDeduplication(rx.Middleware):
    """Stops repetitions before their handler runs."""

    def __init__(self, redis_url: str = "") -> None:
        self._here = SeenEvents()
        self._shared = SharedArrivals(redis_url) if redis_url else None

    async def preprocess(self, app: rx.App, state: BaseState, event: Event) -> StateUpdate | None:
        number, age = event.router_data.get("tap"), event.router_data.get("age")
        if not isinstance(number, str) or not NUMBER.fullmatch(number):
            return None
        arrival = await self._judge(number, age if isinstance(age, int | float) else None)
        if arrival is EventDelivery.FIRST:
            await _know_the_page(state, event)
            return None
        told = vars_of(PageState).show_toast(TOLD[arrival]) if arrival in TOLD else None
        return StateUpdate(events=Event.from_event_type(told))

    async def _judge(self, number: str, age: float | None) -> EventDelivery:
        here = self._here.judge(number, age)
        if self._shared is None or here is EventDelivery.REPEATED:
            return here
        return await self._shared.judge(number, age)


async def _know_the_page(state: BaseState, event: Event) -> None:
    """A tap that waited for a server to start comes before the new one has read what that page shows."""
    page = await state.get_state(event.state_cls)
    if isinstance(page, LiveState) and not page.is_loaded:
        await page._fill()
