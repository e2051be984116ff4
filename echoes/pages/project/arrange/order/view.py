"""View of the order: the clips in a list that is put in order, and those that are not in the film."""

from typing import Any

import reflex as rx

from echoes.components.design import button
from echoes.components.sortable import sortable_clips
from echoes.pages.common.state import vars_of
from echoes.pages.project.arrange.clip.state import ClipSheetState
from echoes.pages.project.arrange.joint.state import JointState
from echoes.pages.project.arrange.order.state import TO_THE_END, ClipOrderState
from echoes.pages.project.arrange.state import ArrangementState, ArrangeState
from echoes.pages.project.view import intro

shown, large, order = vars_of(ArrangeState), vars_of(ArrangementState), vars_of(ClipOrderState)


def order_section() -> rx.Component:
    return rx.el.section(
        intro("The order", "Drag a clip to its place, or tap it to change it."),
        rx.cond(
            large.shots.length() > 1,
            rx.el.div(
                button(
                    rx.cond(shown.is_selecting, "Cancel", "Move several"),
                    icon_name="list_checks",
                    on_click=order.select_several,
                ),
                rx.cond(
                    shown.is_selecting,
                    None,
                    button("Sort by date", icon_name="calendar_arrow_down", on_click=order.sort_by_date),
                ),
                class_name="row order-tools",
            ),
        ),
        rx.cond(shown.is_selecting, _moving()),
        sortable_clips(
            items=large.shots,
            ratio=shown.head.ratio,
            is_selecting=shown.is_selecting,
            selected=shown.selected,
            on_order=order.reorder,
            on_open=vars_of(ClipSheetState).open_clip,
            on_select=order.select,
            on_joint=vars_of(JointState).open_joint,
            on_remove=order.leave_out,
        ),
        rx.cond(large.left_out.length() > 0, _left_out()),
        class_name="stack",
    )


def _moving() -> rx.Component:
    """Where the chosen clips go. A place is an option of a list, which phones show well however long."""
    count = shown.selected.length()
    clips = rx.cond(count == 1, "Move 1 clip", f"Move {count} clips")
    return rx.el.form(
        rx.el.label(
            rx.cond(count == 0, "Tap the clips that you want to move.", "Where should they go?"),
            html_for="place",
        ),
        rx.el.div(
            rx.el.select(
                rx.foreach(large.shots, _place),
                rx.el.option("To the end", value=TO_THE_END),
                id="place",
                name="place",
                class_name="input",
            ),
            button(rx.cond(count == 0, "Move", clips), type="submit", disabled=count == 0),
            class_name="moving-row",
        ),
        on_submit=order.move_selected,
        class_name="moving",
    )


def _place(shot: Any, index: Any) -> rx.Component:
    label = rx.cond(index == 0, "To the beginning", f"Before clip {index + 1}")
    return rx.el.option(label, value=shot["id"], disabled=shown.selected.contains(shot["id"]))


def _left_out() -> rx.Component:
    return rx.el.details(
        rx.el.summary(f"Not in the film ({large.left_out.length()})"),
        rx.el.ul(rx.foreach(large.left_out, _absent), class_name="left-out"),
        class_name="fold",
    )


def _absent(clip: Any) -> rx.Component:
    return rx.el.li(
        rx.el.img(src=clip["poster"], alt=clip["label"], loading="lazy"),
        button("Bring back", on_click=order.bring_back(clip["id"])),
        key=clip["id"],
    )
