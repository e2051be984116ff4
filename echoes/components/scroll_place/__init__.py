"""Scroll position of a page: restored for people who come back to it, the top for others."""

import reflex as rx

from echoes.components.scripts import script
from echoes.reflex_adapter.components import field

LOGIC = script(__name__, "places.js")
"""Imported by scroll_place.jsx, beside which it must lie."""


class ScrollPlace(rx.Component):
    library = script(__name__, "scroll_place.jsx")
    tag = "ScrollPlace"

    is_there: rx.Var[bool] = field(doc="Whether the page shows what it is about, not only that it loads.")
    is_kept: rx.Var[bool] = field(doc="Whether who comes back finds the place where they left it.")


def scroll_place(is_there: bool | rx.Var[bool] = True, *, is_kept: bool = False) -> rx.Component:
    component: rx.Component = ScrollPlace.create(is_there=is_there, is_kept=is_kept)
    return component
