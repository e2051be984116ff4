"""A modal dialog: the browser's own, with its focus trap, Escape key and return of focus."""

from typing import Any

import reflex as rx

from echoes.components.scripts import script
from echoes.reflex_adapter.components import field


def _nothing() -> tuple[()]:
    return ()


DRAFTS = script(__name__, "drafts.js")
MODAL_STACK = script(__name__, "modal_stack.js")
"""Imported by dialog.jsx, beside which they must lie; the stack by connection_status.jsx as well."""


class Dialog(rx.Component):
    library = script(__name__, "dialog.jsx")
    tag = "Dialog"

    is_open: rx.Var[bool] = field(doc="Whether it is shown.")
    title: rx.Var[str] = field(doc="Its heading.")
    whose: rx.Var[str] = field(doc="Who types here; drafts are kept for them alone.")
    wide: rx.Var[bool] = field(default=rx.Var.create(False), doc="Whether it needs room.")

    on_close: rx.EventHandler[_nothing] = field(doc="Escape, the cross or a press outside.")  # type: ignore[type-arg, valid-type]


def dialog(*children: Any, **props: Any) -> rx.Component:
    component: rx.Component = Dialog.create(*children, **props)
    return component


def actions(*children: Any) -> rx.Component:
    """The dialog's answers, the one that goes on last."""
    return rx.el.div(*children, class_name="actions")
