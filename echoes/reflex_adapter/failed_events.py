"""What surrounds an event, for whoever answers its failure: Reflex calls that in a task of its own."""

from collections import OrderedDict
from typing import Generic, TypeVar

from reflex_base.event.context import EventContext

MOST = 1000

Value = TypeVar("Value")


class PerEvent(Generic[Value]):
    """A value for each of the latest events, by the id that Reflex gave it."""

    def __init__(self) -> None:
        self._values: OrderedDict[str, Value] = OrderedDict()

    def keep(self, value: Value) -> None:
        self._values[EventContext.get().txid] = value
        while len(self._values) > MOST:
            self._values.popitem(last=False)

    def get(self) -> Value | None:
        """None outside of an event, and before something was kept for it."""
        try:
            return self._values.get(EventContext.get().txid)
        except LookupError:
            return None
