"""Connection status: says on every page when the server cannot be reached, and keeps what is tapped.

There is no service worker. It would matter only to somebody who loads a page anew without a line, needs
HTTPS (which a server at home often lacks), and is one more thing that goes stale between versions. Ways
within the app are held by the page itself, so that none of them ends on the browser's error page.
"""

import reflex as rx

LINE = rx.asset("connection_status.js", shared=True)
"""Imported by connection_status.jsx beside it, and by Reflex's state.js (`reflex_adapter/front_end.py`)."""


class ConnectionStatus(rx.Component):
    library = rx.asset("connection_status.jsx", shared=True).importable_path
    tag = "Connection"


def connection_status() -> rx.Component:
    """In a fragment, which takes the page in beside it when it wraps the app."""
    return rx.fragment(ConnectionStatus.create())
