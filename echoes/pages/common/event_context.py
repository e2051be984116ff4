"""What the log lines of an event say beside its words: an id of their own, and which handler it was."""

from collections.abc import Mapping
from uuid import uuid4

import reflex as rx
from reflex.event import Event

from echoes.observability import context
from echoes.observability.event_metrics import handler_of
from echoes.reflex_adapter.failed_events import PerEvent
from echoes.reflex_adapter.states import BaseState

of_event = PerEvent[Mapping[str, str]]()


class EventContext(rx.Middleware):
    """Before all others. An event has a task of its own, which this is bound to."""

    async def preprocess(self, app: rx.App, state: BaseState, event: Event) -> None:
        of_event.keep(context.begin(request=uuid4().hex, event=handler_of(event.name)))
