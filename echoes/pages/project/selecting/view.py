"""View of a selection; `shown` is the state of the step, a `SelectingState`."""

from typing import Any

import reflex as rx

from echoes.components.checkbox import checkbox
from echoes.components.design import button, icon
from echoes.pages.common.shell import next_bar


def selection_tools(shown: Any) -> rx.Component:
    return rx.el.div(
        button(
            rx.cond(shown.is_selecting, "Done", "Select several"),
            icon_name="list_checks",
            on_click=shown.select_several,
        ),
        rx.cond(shown.is_selecting, button("Select all", kind="quiet", on_click=shown.select_all)),
        class_name="row selection-tools",
    )


def selection_box(shown: Any, photo_id: Any, label: Any) -> rx.Component:
    """Label and checkbox in one: a tap anywhere on the tile selects it."""
    return rx.el.label(
        checkbox(
            label,
            is_checked=shown.selected.contains(photo_id),
            on_change=lambda is_on: shown.select(photo_id, is_on),
            key=f"{photo_id} {shown.selection}",
        ),
        rx.el.span(icon("check", 18), class_name="pick-mark"),
        class_name="pick",
    )


def selection_bar(shown: Any, what: str, sentence: Any, *actions: rx.Component) -> rx.Component:
    """`what` is selected here, such as photos; `sentence` is said of those that are."""
    return next_bar(
        rx.cond(shown.selected.length() == 0, f"Tap the {what} you want to change.", sentence),
        rx.el.div(
            *actions,
            class_name="selection-actions",
            style={"--actions": str(len(actions))},
            role="group",
            custom_attrs={"aria-label": f"With the selected {what}"},
        ),
    )


def selection_action(shown: Any, label: str, icon_name: str, on_click: Any) -> rx.Component:
    return rx.el.button(
        icon(icon_name),
        rx.el.span(label),
        type="button",
        class_name="selection-action",
        disabled=shown.selected.length() == 0,
        on_click=on_click,
    )
