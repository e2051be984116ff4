"""States of a tab: the tree that they stand in, and the tabs that are open."""

from typing import TypeVar

from reflex.state import BaseState, StateUpdate
from reflex_base.constants import CompileVars
from reflex_base.registry import RegistrationContext

__all__ = ["ARRIVAL", "BaseState", "StateUpdate", "forget_everything", "is_tab_open", "state_beside"]

ARRIVAL = CompileVars.ON_LOAD_INTERNAL
"""How the name of the event ends by which a tab comes to a page."""
Kind = TypeVar("Kind", bound=BaseState)


async def forget_everything(state: BaseState) -> None:
    """All vars of the whole tree as they were at first. With Redis only what the event needs is there: what
    is not is fetched, or it would stay as it is."""
    root = state._get_root_state()
    for below in type(root).get_substates():
        await root.get_state(below)
    root.reset()  # type: ignore[no-untyped-call]


def state_beside(state: object, kind: type[Kind]) -> Kind | None:
    """That state of the first row of the same tree, if it has been fetched."""
    found = state._get_root_state().substates.get(kind.get_name()) if isinstance(state, BaseState) else None
    return found if isinstance(found, kind) else None


def is_tab_open(client_token: str) -> bool:
    """Whether a socket of this process belongs to that tab."""
    namespace = RegistrationContext.get().app.event_namespace
    return namespace is not None and client_token in namespace.token_to_sid
