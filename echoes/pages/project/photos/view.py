"""View of the photos step."""

from typing import Any

import reflex as rx

from echoes.components.design import button, icon_button, link_button, message, skeleton_grid
from echoes.components.uploader import photo_uploader
from echoes.pages.common.shell import next_bar, undo_toast
from echoes.pages.common.state import vars_of
from echoes.pages.credits.out_of_credits.view import go_on_bar, needed_sheet
from echoes.pages.project.photos.selection import moving_sheet, photo_actions, photo_box
from echoes.pages.project.photos.state import PhotosState, PhotoTilesState
from echoes.pages.project.selecting.view import selection_tools
from echoes.pages.project.view import intro, project_page
from echoes.text.isolation import isolated

shown, tiles = vars_of(PhotosState), vars_of(PhotoTilesState)


def photos_step() -> rx.Component:
    has_photos = tiles.photos.length() > 0
    return project_page(
        "photos",
        rx.cond(
            has_photos & ~shown.is_selecting,
            intro(
                "Your photos",
                "Add as many as you like. Then one tap makes the whole film, with music and a title."
                " You can change all of it afterwards.",
            ),
        ),
        rx.cond(shown.is_selecting, None, _set_aside()),
        rx.cond(tiles.photos.length() > 1, selection_tools(shown)),
        rx.el.div(
            photo_uploader(
                rx.foreach(tiles.photos, _tile),
                project=shown.project_id,
                arrived=tiles.arrived,
                largest=shown.largest,
                longest_side=shown.longest_side,
            ),
            class_name="uploader-room",
        ),
        rx.cond(has_photos & ~shown.is_selecting, _step_by_step()),
        moving_sheet(),
        needed_sheet(shown),
        undo=undo_toast(shown.removed, on_undo=shown.bring_back, on_close=shown.forget_removed),
        waiting=skeleton_grid(6, "photo-grid"),
        next_step=rx.cond(
            shown.is_selecting,
            photo_actions(),
            go_on_bar(shown, rx.cond(has_photos, next_bar(shown.offer.sentence, _make_film()))),
        ),
    )


def _set_aside() -> rx.Component:
    """How many photos the one button below leaves out, and the way to the first of them."""
    show = rx.el.a(
        rx.cond(shown.offer.asides == 1, "Show it", "Show them"),
        href=f"#photo-{shown.offer.first_aside}",
        class_name="link-like",
        custom_attrs={"reloadDocument": True},
    )
    return rx.cond(
        shown.offer.aside != "", message(rx.el.p(shown.offer.aside, " ", show), class_name="set-aside")
    )


def _step_by_step() -> rx.Component:
    return rx.el.div(
        rx.el.p("Would you rather choose a move for each photo yourself?", class_name="small soft"),
        link_button("Continue to the clips", f"/project/{shown.project_id}/clips", icon_name="images"),
        class_name="row step-by-step",
    )


def _make_film() -> rx.Component:
    return rx.cond(
        shown.offer.label != "",
        button(
            shown.offer.label,
            kind="primary",
            icon_name="sparkles",
            busy=shown.is_busy,
            on_click=shown.make_film(shown.offer.price),
        ),
        rx.cond(
            shown.offer.is_prepared | (shown.head.kept > 0),
            link_button("Continue to your film", f"/project/{shown.project_id}/arrange", kind="primary"),
            link_button("Continue to your clips", f"/project/{shown.project_id}/clips", kind="primary"),
        ),
    )


def _tile(photo: Any) -> rx.Component:
    is_rotating = shown.rotating.contains(photo.id)
    return rx.el.li(
        rx.el.img(src=photo.picture, alt=photo.name, loading="lazy", key=photo.picture),
        rx.cond(
            photo.is_truncated & (photo.aside == "") & ~photo.is_used_anyway,
            rx.el.p("The bottom edge of this photo is missing.", class_name="tile-note"),
        ),
        rx.cond(photo.aside != "", _aside(photo)),
        rx.cond(
            photo.is_used_anyway & ~shown.is_selecting,
            rx.el.div(_use(photo, "Leave it out", False), class_name="tile-note"),
        ),
        rx.cond(shown.is_selecting, photo_box(photo), _tile_tools(photo, is_rotating)),
        class_name=rx.cond(is_rotating, "tile rotating", rx.cond(photo.aside != "", "tile aside", "tile")),
        id=f"photo-{photo.id}",
        key=photo.id,
        custom_attrs={"tabIndex": -1},
    )


def _tile_tools(photo: Any, is_rotating: Any) -> rx.Component:
    return rx.fragment(
        icon_button(
            f"Remove {isolated(photo.name)}", "x", class_name="tile-tool", on_click=shown.remove(photo.id)
        ),
        icon_button(
            f"Rotate {isolated(photo.name)}",
            "rotate_cw",
            class_name="tile-tool rotate",
            on_click=shown.rotate(photo.id),
            custom_attrs={"aria-busy": is_rotating},
        ),
    )


def _aside(photo: Any) -> rx.Component:
    use = rx.cond(shown.is_selecting, None, _use(photo, "Use it", True))
    return rx.el.div(rx.el.p(photo.aside), use, class_name="tile-note")


def _use(photo: Any, label: str, is_used: bool) -> rx.Component:
    return button(
        label,
        class_name="small",
        on_click=shown.use_photo(photo.id, is_used),
        custom_attrs={"aria-label": f"{label}: {isolated(photo.name)}"},
    )
