"""Coming back to a page whose session ended, without losing what it holds."""

import reflex as rx

HANDSHAKE = rx.asset("comeback.js", shared=True)
"""Imported by comeback.jsx beside it, and by uploads.js."""


class Comeback(rx.NoSSRComponent):
    """Notices that another tab has signed in."""

    library = rx.asset("comeback.jsx", shared=True).importable_path
    tag = "Comeback"


def comeback() -> rx.Component:
    component: rx.Component = Comeback.create()
    return component
