"""Checkbox of the browser's own: it shows its tap at once, and tells the server whether it is checked."""

from typing import Any

import reflex as rx
from reflex.event import checked_input_event

from echoes.reflex_adapter.components import Element


class Checkbox(Element):  # type: ignore[misc]
    tag = "input"

    on_change: rx.EventHandler[checked_input_event]  # type: ignore[type-arg, valid-type]


def checkbox(label: str | rx.Var[str], *, is_checked: bool | rx.Var[bool], **props: Any) -> rx.Component:
    """`is_checked` is what it begins with: give it another `key` to set it anew."""
    attributes = {"type": "checkbox", "aria-label": label, "defaultChecked": is_checked}
    component: rx.Component = Checkbox.create(custom_attrs=attributes, **props)
    return component
