"""Focus picker: a point of a photo, chosen by pointer, keyboard or screen reader."""

from typing import Any

import reflex as rx

from echoes.components.scripts import script
from echoes.reflex_adapter.components import field


def _point(x: rx.Var[float], y: rx.Var[float]) -> tuple[rx.Var[float], rx.Var[float]]:
    return (x, y)


class FocusPicker(rx.Component):
    library = script(__name__, "focus_picker.jsx")
    tag = "FocusPicker"

    src: rx.Var[str] = field(doc="The whole photo.")
    ratio: rx.Var[str] = field(doc="Its shape, as CSS says it.")
    x: rx.Var[float] = field(doc="The point from the left, 0 to 1.")
    y: rx.Var[float] = field(doc="The point from the top, 0 to 1.")
    is_chosen: rx.Var[bool] = field(doc="Whether a person chose the point.")
    on_pick: rx.EventHandler[_point] = field(doc="Another point was chosen.")  # type: ignore[type-arg, valid-type]


def focus_picker(**props: Any) -> rx.Component:
    component: rx.Component = FocusPicker.create(**props)
    return component
