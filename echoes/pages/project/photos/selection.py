"""View of several photos at once: what can be done with the selected ones, and where they are moved."""

from typing import Any

import reflex as rx

from echoes.components.design import button
from echoes.components.dialog import actions
from echoes.pages.common.shell import sheet
from echoes.pages.common.state import vars_of
from echoes.pages.project.photos.state import TO_THE_END, PhotosState, PhotoTilesState
from echoes.pages.project.selecting.view import selection_action, selection_bar, selection_box
from echoes.text.isolation import isolated

shown, tiles = vars_of(PhotosState), vars_of(PhotoTilesState)


def photo_box(photo: Any) -> rx.Component:
    return selection_box(shown, photo.id, f"Select {isolated(photo.name)}")


def photo_actions() -> rx.Component:
    return selection_bar(
        shown,
        "photos",
        f"{shown.selected.length()} selected",
        selection_action(shown, "Rotate", "rotate_cw", shown.rotate_selected),
        selection_action(shown, "Use", "check", shown.use_selected(True)),
        selection_action(shown, "Leave out", "eye_off", shown.use_selected(False)),
        selection_action(shown, "Move", "arrow_left_right", shown.ask_place),
        selection_action(shown, "Remove", "trash_2", shown.remove_selected),
    )


def moving_sheet() -> rx.Component:
    count = shown.selected.length()
    return sheet(
        rx.el.form(
            rx.el.label("Where should they go?", html_for="place"),
            rx.el.select(
                rx.foreach(tiles.photos, _place),
                rx.el.option("To the end", value=TO_THE_END),
                id="place",
                name="place",
                class_name="input",
                custom_attrs={"data-autofocus": "true"},
            ),
            rx.el.p("Clips already in your film keep their places.", class_name="small soft"),
            actions(
                button("Not now", on_click=shown.leave_places), button("Move", kind="primary", type="submit")
            ),
            on_submit=shown.move_selected,
            class_name="stack",
        ),
        title=rx.cond(count == 1, "Move 1 photo", f"Move {count} photos"),
        is_open=shown.is_moving,
        on_close=shown.leave_places,
    )


def _place(photo: Any, index: Any) -> rx.Component:
    label = rx.cond(index == 0, "To the beginning", f"Before photo {index + 1}, {isolated(photo.name)}")
    return rx.el.option(label, value=photo.id, disabled=shown.selected.contains(photo.id))
