"""A browser's tab without the browser: events go in as any client may send them, and all that comes back is
kept. State, middleware and event processor are the app's own; only the websocket is missing."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from reflex.istate.manager import StateManager
from reflex.istate.manager.memory import StateManagerMemory
from reflex.state import StateUpdate
from reflex_base.event import Event
from reflex_base.event.processor import BaseStateEventProcessor
from reflex_base.event.processor.future import EventFuture

from echoes.accounts import service as accounts
from echoes.accounts.cookies import COOKIE
from echoes.database import Database
from echoes.settings import get_settings
from tests.support.processes import PATIENCE, wait_until

ROOT = "reflex___state____state"
Fields = dict[str, Any]


class Wire:
    """Where the app's answers go instead of to websockets. It has what the processor asks of a namespace."""

    def __init__(self) -> None:
        self.answers: dict[str, list[StateUpdate]] = {}
        self.token_to_sid: dict[str, str] = {}

    async def emit_update(self, update: StateUpdate, token: str) -> None:
        self.answers.setdefault(token, []).append(update)


class Answer:
    """What a page was told by one event and by all that it set off."""

    def __init__(self, updates: list[StateUpdate]) -> None:
        self.updates = updates

    @property
    def fields(self) -> Fields:
        """Vars as the page has them now, without their states' names."""
        told: Fields = {}
        for update in self.updates:
            for change in update.delta.values():
                told |= {name.removesuffix("_rx_state_"): value for name, value in change.items()}
        return told

    @property
    def sentence(self) -> str:
        return str(self.fields.get("notice", ""))

    @property
    def redirect(self) -> str:
        events = [event for update in self.updates for event in update.events]
        return next((event.payload["path"] for event in events if event.name == "_redirect"), "")


class Tab:
    def __init__(self, processor: BaseStateEventProcessor, wire: Wire, cookie: str) -> None:
        self._processor, self._wire, self.cookie = processor, wire, cookie
        self.token = str(uuid.uuid4())
        self._answers = wire.answers.setdefault(self.token, [])
        wire.token_to_sid[self.token] = "socket"

    async def load(self, at: str = "/films") -> Answer:
        """The first event of a connection: everything that the tab is to show. What the page then follows is
        left out, see `follow`."""
        return await self.send("hydrate", at=at)

    async def send(self, handler: str, at: str = "/films", **arguments: Any) -> Answer:
        """One event, until all that it set off has ended."""
        before = len(self._answers)
        await self._enqueue(handler, at, arguments)
        await self._rest()
        return Answer(self._answers[before:])

    async def follow(self, handler: str, at: str) -> Answer:
        """A page's endless event, until it has filled the page for the first time, or has ended."""
        async with self.following(handler, at) as told:
            pass
        await self._rest()
        return told()

    @asynccontextmanager
    async def following(self, handler: str, at: str) -> AsyncIterator[Callable[[], Answer]]:
        """The page stays open, and follows, as long as the block runs. Gives what it was told until now."""
        before = len(self._answers)
        future = await self._enqueue(handler, at, {})

        def told() -> Answer:
            return Answer(self._answers[before:])

        await wait_until(lambda: future.done() or told().fields.get("is_loaded"), "the page to be loaded")
        try:
            yield told
        finally:
            future.cancel()

    async def _rest(self) -> None:
        """Events set off others, and failures are answered by events too."""
        async with asyncio.timeout(PATIENCE):
            await self._processor.join()
            while self._processor._tasks:
                await asyncio.sleep(0.002)
                await self._processor.join()

    async def _enqueue(self, handler: str, at: str, arguments: Fields) -> EventFuture:
        event = Event(name=f"{ROOT}.{handler}", payload=arguments, router_data=self._router_data(at))
        return await self._processor.enqueue(self.token, event)

    def _router_data(self, at: str) -> Fields:
        pathname, query = route_of(at)
        return {
            "pathname": pathname,
            "asPath": at,
            "query": query,
            "headers": {"cookie": self.cookie, "origin": "http://localhost:3000"},
            "token": self.token,
            "sid": "socket",
            "ip": "127.0.0.1",
        }


def route_of(address: str) -> tuple[str, Fields]:
    """The page's pattern, such as `/project/[project_id]/photos`, and what stands for its names."""
    from echoes.echoes import app

    parts = urlsplit(address).path.strip("/").split("/")
    for route in app._unevaluated_pages:
        names = route.split("/")
        if len(names) == len(parts) and all(
            name == part or name.startswith("[") for name, part in zip(names, parts, strict=True)
        ):
            pairs = zip(names, parts, strict=True)
            return f"/{route}", {name[1:-1]: part for name, part in pairs if name.startswith("[")}
    return urlsplit(address).path, {}


OpenTab = Callable[[UUID | None], Tab]


def cookie_of(database: Database, user_id: UUID) -> str:
    with database.unscoped() as session:
        token = accounts.open_session(session, get_settings(), user_id, "a test")
    return f"{COOKIE}={token}"


@asynccontextmanager
async def running_app(database: Database, states: StateManager | None = None) -> AsyncIterator[OpenTab]:
    """States are kept in memory, or where it is said."""
    from echoes.echoes import app

    wire = Wire()
    with app.set_contexts():
        processor = BaseStateEventProcessor(
            middleware=app, backend_exception_handler=app.backend_exception_handler
        )
        kept = states or StateManagerMemory()  # type: ignore[abstract]
        processor.configure(state_manager=kept, event_namespace=wire)  # type: ignore[arg-type]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(app, "_event_namespace", wire)
            async with processor:
                yield lambda user_id: Tab(processor, wire, cookie_of(database, user_id) if user_id else "")


@pytest.fixture
async def open_tab(database: Database) -> AsyncIterator[OpenTab]:
    """A tab of this user, or of nobody."""
    async with running_app(database) as open_one:
        yield open_one
