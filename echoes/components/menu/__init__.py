"""A menu behind a button, which opens without a script and is put away by one."""

from typing import Any

import reflex as rx

from echoes.components.scripts import script

LOGIC = script(__name__, "menu.js")
"""Imported by menu.jsx, beside which it must lie."""


class Menu(rx.Component):
    library = script(__name__, "menu.jsx")
    tag = "Menu"


def menu(*children: Any, **props: Any) -> rx.Component:
    """The first child is the summary that opens it."""
    component: rx.Component = Menu.create(*children, **props)
    return component
