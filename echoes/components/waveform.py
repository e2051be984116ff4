"""Waveform slider: where in a track the film begins, chosen by pointer, keyboard or screen reader."""

from typing import Any

import reflex as rx

from echoes.components.scripts import script
from echoes.reflex_adapter.components import field


def _seconds(start: rx.Var[float]) -> tuple[rx.Var[float]]:
    return (start,)


class Waveform(rx.Component):
    library = script(__name__, "waveform.jsx")
    tag = "Waveform"

    peaks: rx.Var[list[float]] = field(doc="The loudest sample in each part, 0 to 1; none where unknown.")
    duration: rx.Var[float] = field(doc="Length of the track in seconds.")
    latest: rx.Var[float] = field(doc="The latest start, in seconds.")
    start: rx.Var[float] = field(doc="The start that is chosen, in seconds.")
    on_start: rx.EventHandler[_seconds] = field(doc="Another start was chosen.")  # type: ignore[type-arg, valid-type]


def waveform(**props: Any) -> rx.Component:
    component: rx.Component = Waveform.create(**props)
    return component
