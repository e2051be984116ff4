"""Connection status: says on every page when the server cannot be reached, and keeps what is tapped.

There is no service worker. It would matter only to somebody who loads a page anew without a line, needs
HTTPS (which a server at home often lacks), and is one more thing that goes stale between versions. Ways
within the app are held by the page itself, so that none of them ends on the browser's error page.
"""

import reflex as rx

from echoes.components import isolation  # noqa: F401 -- connection_status.jsx imports its script
from echoes.components.scripts import script

LINE = script(__name__, "connection_status.js")
"""Imported by connection_status.jsx beside it, and by Reflex's state.js (`reflex_adapter/front_end.py`)."""

STATE = script(__name__, "connection_state.js")
OUTBOX = script(__name__, "event_outbox.js")
NAVIGATION_GUARD = script(__name__, "navigation_guard.js")
"""Imported by connection_status.js, beside which they must lie."""


class ConnectionStatus(rx.Component):
    library = script(__name__, "connection_status.jsx")
    tag = "Connection"


def connection_status() -> rx.Component:
    """In a fragment, which takes the page in beside it when it wraps the app."""
    return rx.fragment(ConnectionStatus.create())
