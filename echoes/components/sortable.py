"""Sortable list: put in order by drag and drop, by keyboard, or by the buttons for earlier and later."""

from typing import Any

import reflex as rx

from echoes.components.scripts import script
from echoes.reflex_adapter.components import field


def _ordered(items: rx.Var[list[str]]) -> tuple[rx.Var[list[str]]]:
    return (items,)


def _picked(item: rx.Var[str]) -> tuple[rx.Var[str]]:
    return (item,)


class SortableClips(rx.NoSSRComponent):
    library = script(__name__, "sortable.jsx")
    tag = "SortableClips"
    lib_dependencies: list[str] = [
        "@dnd-kit/core@6.3.1",
        "@dnd-kit/sortable@10.0.0",
        "@dnd-kit/utilities@3.2.2",
    ]

    items: rx.Var[list[dict[str, Any]]] = field(doc="id, poster, label, caption and joint of each, in order.")
    ratio: rx.Var[str] = field(doc="Width to height, as CSS says it.")

    is_selecting: rx.Var[bool] = field(doc="Whether a tap chooses clips to move.")
    selected: rx.Var[list[str]] = field(doc="The ids that are chosen.")

    on_open: rx.EventHandler[_picked] = field(doc="Which clip was tapped.")  # type: ignore[type-arg, valid-type]
    on_select: rx.EventHandler[_picked] = field(doc="Which clip is chosen, or not any more.")  # type: ignore[type-arg, valid-type]
    on_joint: rx.EventHandler[_picked] = field(doc="The clip whose way into the next one was tapped.")  # type: ignore[type-arg, valid-type]
    on_order: rx.EventHandler[_ordered] = field(doc="All ids, in the new order.")  # type: ignore[type-arg, valid-type]
    on_remove: rx.EventHandler[_picked] = field(doc="Which one is to go.")  # type: ignore[type-arg, valid-type]


def sortable_clips(**props: Any) -> rx.Component:
    component: rx.Component = SortableClips.create(**props)
    return component
