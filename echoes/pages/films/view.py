"""View of the films page."""

from typing import Any

import reflex as rx

from echoes.components.design import (
    badge,
    button,
    card,
    icon,
    icon_button,
    link_button,
    skeleton_grid,
)
from echoes.components.dialog import actions
from echoes.components.sample_film import FOLDER, PRINTS
from echoes.components.scroll_place import scroll_place
from echoes.pages.common.rename_sheet import rename_sheet
from echoes.pages.common.shell import page, sheet, top_bar
from echoes.pages.common.state import HOME, NEW_FILM, vars_of
from echoes.pages.films.state import FilmsState
from echoes.reflex_adapter.components import router_link
from echoes.text.isolation import isolated

shown = vars_of(FilmsState)


def films() -> rx.Component:
    return page(
        rx.el.div(
            rx.el.div(
                rx.el.h1("Your films"),
                rx.cond(
                    shown.films.length() > 0,
                    link_button("New film", NEW_FILM, kind="primary", icon_name="plus"),
                ),
                class_name="row between intro-row",
            ),
            rx.cond(
                shown.is_loaded,
                rx.cond(shown.films.length() > 0, _grid(), _nothing_yet()),
                skeleton_grid(3, "films", "16rem"),
            ),
            _renaming(),
            _deleting(),
            class_name="column stack loose",
        ),
        bar=top_bar("/"),
        place=scroll_place(shown.is_loaded, is_kept=True),
    )


def new_film() -> rx.Component:
    """Seen for as long as it takes to begin one."""
    return page(
        rx.el.div(
            rx.el.h1("A new film", class_name="visually-hidden"),
            skeleton_grid(1, "films", "16rem"),
            link_button("Your films", HOME, kind="quiet", icon_name="chevron_left"),
            class_name="column stack loose",
        ),
        bar=top_bar("/"),
    )


def _nothing_yet() -> rx.Component:
    prints = [rx.el.img(src=f"{FOLDER}/{name}.webp", alt="", width="300", height="250") for name in PRINTS]
    return rx.el.div(
        rx.el.div(*prints, class_name="empty-prints", custom_attrs={"aria-hidden": "true"}),
        rx.el.h2("Your first film begins with photos"),
        rx.el.p(
            "Choose a handful, and watch them move. You can name the film at any time.", class_name="soft"
        ),
        link_button("New film", NEW_FILM, kind="primary", icon_name="plus"),
        class_name="empty",
    )


def _grid() -> rx.Component:
    return rx.el.ul(rx.foreach(shown.films, _film), class_name="films")


def _film(film: Any) -> rx.Component:
    return rx.el.li(
        card(
            router_link(
                rx.el.div(
                    rx.cond(
                        film.cover != "",
                        rx.el.img(src=film.cover, alt="", loading="lazy"),
                        icon("image", 36),
                    ),
                    class_name="cover",
                ),
                rx.el.div(
                    rx.el.h2(film.title),
                    rx.el.p(f"{film.contents} · {film.changed}", class_name="small soft"),
                    rx.cond(film.finished != "", badge(film.finished, icon_name="check", good=True)),
                    rx.cond(film.replies != "", badge(film.replies, icon_name="heart")),
                    class_name="stack tight",
                ),
                to=film.address,
                class_name="film-link",
            ),
            rx.el.div(
                icon_button(
                    f"Rename {isolated(film.title)}",
                    "pencil",
                    on_click=shown.ask_name(film.id, film.title),
                ),
                icon_button(
                    f"Delete {isolated(film.title)}",
                    "trash_2",
                    on_click=shown.ask_delete(film.id, film.title),
                ),
                class_name="film-tools",
            ),
            padded=False,
            class_name="film-card",
        ),
        key=film.id,
    )


def _renaming() -> rx.Component:
    return rename_sheet(
        shown.subject, is_open=shown.renaming != "", on_submit=shown.rename, on_close=shown.close
    )


def _deleting() -> rx.Component:
    return sheet(
        rx.el.p(
            f"“{isolated(shown.subject)}” will be deleted with its photos, clips and films. This cannot be"
            " undone."
        ),
        actions(
            button("Keep it", on_click=shown.close),
            button("Delete it", kind="danger solid", on_click=shown.delete),
        ),
        title="Delete this film?",
        is_open=shown.deleting != "",
        on_close=shown.close,
    )
