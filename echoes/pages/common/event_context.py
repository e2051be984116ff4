"""What the log lines of an event say beside its words: an id of their own, and which handler it was."""

from uuid import uuid4

import reflex as rx
from reflex.event import Event

from echoes.observability import context
from echoes.observability.event_metrics import handler_of
from echoes.reflex_adapter.states import BaseState


class EventContext(rx.Middleware):
    """Before all others. An event has a task of its own, which this is bound to."""

    async def preprocess(self, app: rx.App, state: BaseState, event: Event) -> None:
        context.begin(request=uuid4().hex, event=handler_of(event.name))
