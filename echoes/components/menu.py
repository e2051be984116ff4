"""A menu behind a button, which opens without a script and is put away by one."""

from typing import Any

import reflex as rx

LOGIC = rx.asset("menu.js", shared=True)
"""Imported by menu.jsx, beside which it must lie."""


class Menu(rx.Component):
    library = rx.asset("menu.jsx", shared=True).importable_path
    tag = "Menu"


def menu(*children: Any, **props: Any) -> rx.Component:
    """The first child is the summary that opens it."""
    component: rx.Component = Menu.create(*children, **props)
    return component
