"""Deferred rendering: what lies below the first screen is drawn after it."""

from typing import Any

import reflex as rx

from echoes.components.scripts import script


class Deferred(rx.Component):
    library = script(__name__, "deferred.jsx")
    tag = "Deferred"


def deferred(*children: Any) -> rx.Component:
    component: rx.Component = Deferred.create(*children)
    return component
