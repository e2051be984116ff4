"""Whether a tab is still there. Reflex ends a page's background events when the page goes; this is for the
case that it could not."""

import reflex as rx
from reflex_base.registry import RegistrationContext


def is_open(state: rx.State) -> bool:
    namespace = RegistrationContext.get().app.event_namespace
    return namespace is not None and state.router.session.client_token in namespace.token_to_sid
