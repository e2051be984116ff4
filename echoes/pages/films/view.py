"""View of the films page."""

from typing import Any

import reflex as rx

from echoes.components.design import (
    badge,
    button,
    card,
    empty_state,
    icon,
    icon_button,
    skeleton_grid,
)
from echoes.components.dialog import actions
from echoes.pages.common.shell import name_form, page, sheet, top_bar
from echoes.pages.common.state import vars_of
from echoes.pages.films.state import FilmsState
from echoes.projects import service as projects
from echoes.reflex_adapter.components import router_link

shown = vars_of(FilmsState)


def films() -> rx.Component:
    return page(
        rx.el.div(
            rx.el.div(
                rx.el.h1("Your films"),
                rx.cond(
                    shown.films.length() > 0,
                    button("Start a new film", kind="primary", icon_name="plus", on_click=shown.begin),
                ),
                class_name="row between intro-row",
            ),
            rx.cond(
                shown.is_loaded,
                rx.cond(shown.films.length() > 0, _grid(), _nothing_yet()),
                skeleton_grid(3, "films", "16rem"),
            ),
            _naming(),
            _renaming(),
            _deleting(),
            class_name="column stack loose",
        ),
        bar=top_bar("/"),
    )


def _nothing_yet() -> rx.Component:
    return empty_state(
        "clapperboard",
        "Your first film begins with photos",
        "A handful is enough. Give the film a name first; you can change it at any time.",
        button("Start a film", kind="primary", icon_name="plus", on_click=shown.begin),
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
                    class_name="stack tight",
                ),
                to=film.address,
                class_name="film-link",
            ),
            rx.el.div(
                icon_button(
                    f"Rename {film.title}",
                    "pencil",
                    on_click=shown.ask_name(film.id, film.title),
                ),
                icon_button(
                    f"Delete {film.title}",
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


def _naming() -> rx.Component:
    return sheet(
        _title_form("Start with photos", shown.create),
        title="A new film",
        is_open=shown.is_naming,
        on_close=shown.close,
    )


def _renaming() -> rx.Component:
    return sheet(
        _title_form("Save the name", shown.rename, default_value=shown.subject),
        title="Rename the film",
        is_open=shown.renaming != "",
        on_close=shown.close,
    )


def _title_form(label: str, on_submit: rx.EventHandler[()], **props: rx.Var[str]) -> rx.Component:
    return name_form(
        "What is it called?",
        "title",
        projects.LONGEST_TITLE,
        save=label,
        on_submit=on_submit,
        on_close=shown.close,
        placeholder="Grandma’s summers",
        **props,
    )


def _deleting() -> rx.Component:
    return sheet(
        rx.el.p(
            f"“{shown.subject}” will be deleted with its photos, clips and films. This cannot be undone."
        ),
        actions(
            button("Keep it", on_click=shown.close),
            button("Delete it", kind="danger solid", on_click=shown.delete),
        ),
        title="Delete this film?",
        is_open=shown.deleting != "",
        on_close=shown.close,
    )
