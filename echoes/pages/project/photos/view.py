"""View of the photos step."""

from typing import Any

import reflex as rx

from echoes.components.design import button, icon_button, link_button, skeleton_grid
from echoes.components.dialog import actions
from echoes.components.uploader import photo_uploader
from echoes.pages.common.shell import next_bar, sheet
from echoes.pages.common.state import vars_of
from echoes.pages.project.photos.state import PhotosState, PhotoTilesState
from echoes.pages.project.view import intro, project_page

shown, tiles = vars_of(PhotosState), vars_of(PhotoTilesState)


def photos_step() -> rx.Component:
    has_photos = tiles.photos.length() > 0
    return project_page(
        "photos",
        rx.cond(
            has_photos,
            intro(
                "Your photos",
                "Add as many as you like. In the next step, they begin to move.",
            ),
            intro("First, your photos", "Ten to thirty make a good film, but even three are enough."),
        ),
        photo_uploader(
            rx.foreach(tiles.photos, _tile),
            project=shown.project_id,
            arrived=tiles.arrived,
            largest=shown.largest,
            longest_side=shown.longest_side,
        ),
        _removing(),
        waiting=skeleton_grid(6, "photo-grid"),
        next_step=rx.cond(
            has_photos,
            next_bar(
                rx.cond(
                    tiles.photos.length() == 1,
                    "1 photo added",
                    f"{tiles.photos.length()} photos added",
                ),
                link_button(
                    "Continue to the clips",
                    f"/project/{shown.project_id}/clips",
                    kind="primary",
                ),
            ),
        ),
    )


def _tile(photo: Any) -> rx.Component:
    return rx.el.li(
        rx.el.img(src=photo.picture, alt=photo.name, loading="lazy", key=photo.picture),
        rx.cond(
            photo.is_truncated, rx.el.p("The bottom edge of this photo is missing.", class_name="tile-note")
        ),
        icon_button(f"Remove {photo.name}", "x", class_name="tile-tool", on_click=shown.remove(photo.id)),
        icon_button(
            f"Rotate {photo.name}",
            "rotate_cw",
            class_name="tile-tool rotate",
            on_click=shown.rotate(photo.id),
            custom_attrs={"aria-busy": shown.rotating == photo.id},
        ),
        class_name=rx.cond(shown.rotating == photo.id, "tile rotating", "tile"),
        key=photo.id,
    )


def _removing() -> rx.Component:
    return sheet(
        rx.el.p("This photo already has a clip. Both will be removed; the films you have made stay."),
        actions(
            button("Keep it", on_click=shown.keep),
            button("Remove both", kind="danger solid", on_click=shown.remove_with_clip),
        ),
        title="Remove this photo?",
        is_open=shown.removing != "",
        on_close=shown.keep,
    )
