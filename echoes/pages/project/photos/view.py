"""View of the photos step."""

from typing import Any

import reflex as rx

from echoes.components.design import button, icon_button, link_button, message, skeleton_grid
from echoes.components.dialog import actions
from echoes.components.uploader import photo_uploader
from echoes.pages.common.shell import next_bar, sheet
from echoes.pages.common.state import vars_of
from echoes.pages.credits.out_of_credits.view import go_on_bar, needed_sheet
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
                "Add as many as you like. Then one tap makes the whole film, with music and a title."
                " You can change all of it afterwards.",
            ),
            intro("First, your photos", "Ten to thirty make a good film, but even three are enough."),
        ),
        _set_aside(),
        photo_uploader(
            rx.foreach(tiles.photos, _tile),
            project=shown.project_id,
            arrived=tiles.arrived,
            largest=shown.largest,
            longest_side=shown.longest_side,
        ),
        rx.cond(has_photos, _step_by_step()),
        _removing(),
        needed_sheet(shown),
        waiting=skeleton_grid(6, "photo-grid"),
        next_step=go_on_bar(shown, rx.cond(has_photos, next_bar(shown.offer.sentence, _make_film()))),
    )


def _set_aside() -> rx.Component:
    """How many photos the one button below leaves out."""
    show = rx.el.a(
        rx.cond(shown.offer.asides == 1, "Show it", "Show them"),
        href=f"#photo-{shown.offer.first_aside}",
        class_name="link-like",
    )
    return rx.cond(
        shown.offer.aside != "", message(rx.el.p(shown.offer.aside, " ", show), class_name="set-aside")
    )


def _step_by_step() -> rx.Component:
    return rx.el.p(
        link_button(
            "Continue to the clips", f"/project/{shown.project_id}/clips", kind="quiet", icon_name="images"
        ),
        rx.el.span("to choose a move for each photo yourself.", class_name="small soft"),
        class_name="row",
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
    return rx.el.li(
        rx.el.img(src=photo.picture, alt=photo.name, loading="lazy", key=photo.picture),
        rx.cond(
            photo.is_truncated & (photo.aside == "") & ~photo.is_used_anyway,
            rx.el.p("The bottom edge of this photo is missing.", class_name="tile-note"),
        ),
        rx.cond(photo.aside != "", _aside(photo)),
        rx.cond(photo.is_used_anyway, rx.el.div(_use(photo, "Leave it out", False), class_name="tile-note")),
        icon_button(f"Remove {photo.name}", "x", class_name="tile-tool", on_click=shown.remove(photo.id)),
        icon_button(
            f"Rotate {photo.name}",
            "rotate_cw",
            class_name="tile-tool rotate",
            on_click=shown.rotate(photo.id),
            custom_attrs={"aria-busy": shown.rotating == photo.id},
        ),
        class_name=rx.cond(
            shown.rotating == photo.id, "tile rotating", rx.cond(photo.aside != "", "tile aside", "tile")
        ),
        id=f"photo-{photo.id}",
        key=photo.id,
    )


def _aside(photo: Any) -> rx.Component:
    return rx.el.div(rx.el.p(photo.aside), _use(photo, "Use it", True), class_name="tile-note")


def _use(photo: Any, label: str, is_used: bool) -> rx.Component:
    return button(
        label,
        class_name="small",
        on_click=shown.use_photo(photo.id, is_used),
        custom_attrs={"aria-label": f"{label}: {photo.name}"},
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
