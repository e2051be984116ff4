"""Re-authentication: back to a page whose session ended, without losing what it holds."""

import reflex as rx

from echoes.components.scripts import script

HANDSHAKE = script(__name__, "reauthentication.js")
"""Imported by reauthentication.jsx beside it, and by uploads.js."""


class Reauthentication(rx.NoSSRComponent):
    """Notices that another tab has signed in."""

    library = script(__name__, "reauthentication.jsx")
    tag = "Reauthentication"


def reauthentication() -> rx.Component:
    component: rx.Component = Reauthentication.create()
    return component
