"""Filmstrip: trims a clip to the frame by two handles, by pointer, keyboard or screen reader."""

from typing import Any

import reflex as rx

from echoes.components.scripts import script
from echoes.reflex_adapter.components import field

TRIM = script(__name__, "filmstrip_trim.js")
"""Imported by filmstrip.jsx, beside which it must lie."""


def _part(start: rx.Var[int], end: rx.Var[int]) -> tuple[rx.Var[int], rx.Var[int]]:
    return (start, end)


class Filmstrip(rx.NoSSRComponent):
    library = script(__name__, "filmstrip.jsx")
    tag = "Filmstrip"

    src: rx.Var[str] = field(doc="The clip.")
    poster: rx.Var[str] = field(doc="Its first picture.")
    ratio: rx.Var[str] = field(doc="Width to height, as CSS says it.")
    frames: rx.Var[int] = field(doc="Length of the whole clip.")
    fps: rx.Var[int] = field(doc="Frames in a second.")
    shortest: rx.Var[int] = field(doc="Frames that are left at least.")
    start: rx.Var[int] = field(doc="First frame of the part.")
    end: rx.Var[int] = field(doc="The frame before which it ends.")

    on_trim: rx.EventHandler[_part] = field(doc="Start and end of the part.")  # type: ignore[type-arg, valid-type]


def filmstrip(**props: Any) -> rx.Component:
    component: rx.Component = Filmstrip.create(**props)
    return component
