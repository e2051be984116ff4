"""Keyboard shortcuts of undo and redo, which the browser must hear itself."""

from typing import Any

import reflex as rx

from echoes.components.scripts import script
from echoes.reflex_adapter.components import field


def _nothing() -> tuple[()]:
    return ()


class HistoryKeys(rx.NoSSRComponent):
    library = script(__name__, "history_keys.jsx")
    tag = "HistoryKeys"

    on_undo: rx.EventHandler[_nothing] = field(doc="Ctrl+Z.")  # type: ignore[type-arg, valid-type]
    on_redo: rx.EventHandler[_nothing] = field(doc="Ctrl+Shift+Z, or Ctrl+Y.")  # type: ignore[type-arg, valid-type]


def history_keys(**props: Any) -> rx.Component:
    component: rx.Component = HistoryKeys.create(**props)
    return component
