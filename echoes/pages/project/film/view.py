"""View of the film step."""

from typing import Any

import reflex as rx

from echoes.components.design import (
    announce,
    button,
    card,
    download_button,
    empty_state,
    icon,
    icon_button,
    link_button,
    message,
    progress,
    skeleton,
)
from echoes.components.dialog import actions
from echoes.components.film_video import film_video
from echoes.pages.common.shell import next_bar, sheet
from echoes.pages.common.state import vars_of
from echoes.pages.project.film.how_made import how_made
from echoes.pages.project.film.sizes.view import size_fold, size_list
from echoes.pages.project.film.state import FilmState
from echoes.pages.project.share.replies.view import replies_button, replies_sheet
from echoes.pages.project.share.view import share_button, share_sheet
from echoes.pages.project.view import intro, project_page

FILM_GOES = "The photos and clips stay, so you can make it again."


SIZE_GOES = "The film itself stays. You can make the large one again as long as its clips and music are kept."

shown = vars_of(FilmState)


def film_step() -> rx.Component:
    film = shown.current
    return project_page(
        "film",
        rx.match(
            film.stage,
            ("making", _making()),
            ("finished", _finished(film)),
            ("failed", _failed(film)),
            rx.cond(shown.head.kept > 0, _ready(), _nothing_kept()),
        ),
        _earlier(),
        _deleting(),
        share_sheet(),
        replies_sheet(),
        waiting=rx.el.div(skeleton("2rem", "60%"), skeleton("16rem"), class_name="stack"),
        next_step=_next(film),
    )


def _next(film: Any) -> rx.Component:
    make = button(
        rx.cond(film.stage == "", "Make the film", "Make it again"),
        kind="primary",
        icon_name="clapperboard",
        busy=shown.is_busy,
        on_click=shown.make,
    )
    return rx.match(
        film.stage,
        ("making", rx.fragment()),
        (
            "finished",
            rx.cond(
                shown.is_current | (shown.head.kept == 0),
                next_bar(
                    "Your film is ready to keep.",
                    download_button("Download the film", film.download, kind="primary"),
                ),
                next_bar("You have changed something since this film was made.", make),
            ),
        ),
        rx.cond(
            shown.head.kept > 0,
            next_bar(shown.contents, make),
        ),
    )


def _ready() -> rx.Component:
    return empty_state(
        "clapperboard",
        "Ready when you are",
        "Echoes turns your clips and music into one film. Most take less than a minute.",
    )


def _failed(film: Any) -> rx.Component:
    return rx.el.div(
        empty_state(
            "video_off",
            "The film was not made",
            film.problem,
            rx.el.p("Your photos, clips and everything you chose are still here.", class_name="soft"),
        ),
        class_name="did-not-work",
        role="alert",
    )


def _nothing_kept() -> rx.Component:
    return empty_state(
        "film",
        "Keep a clip first",
        "A film is made from the clips you keep.",
        link_button("Go to the clips", f"/project/{shown.project_id}/clips", kind="primary"),
    )


def _making() -> rx.Component:
    return card(
        rx.el.div(icon("clapperboard", 30), class_name="glyph working"),
        rx.el.h2("Your film is being made"),
        rx.el.p(shown.current.doing, class_name="soft"),
        progress(shown.percent, "The film"),
        rx.el.div(
            rx.el.span(f"{shown.percent}%", class_name="numbers"),
            button("Stop", kind="quiet", on_click=shown.stop),
            class_name="row between",
        ),
        rx.el.p("You can close this page. It carries on without you.", class_name="small soft"),
        announce(shown.current.doing),
        class_name="stack making-film",
    )


def _finished(film: Any) -> rx.Component:
    return rx.el.section(
        intro("Here is your film", "Watch it, keep it, send it to the people in it."),
        _screen(film),
        rx.el.div(
            rx.el.p(film.facts, class_name="small soft numbers"),
            _tools(film),
            class_name="row between",
        ),
        size_list(film, shown.ask_delete_size),
        how_made(film),
        announce("Your film is ready."),
        class_name=rx.cond(film.is_new, "finished unveiled", "finished"),
    )


def _tools(film: Any) -> rx.Component:
    return rx.el.div(
        replies_button(film),
        share_button(film),
        icon_button("Delete this film", "trash_2", on_click=shown.ask_delete(film.id)),
        class_name="row",
    )


def _screen(film: Any) -> rx.Component:
    return film_video(film.film, film.poster, label=film.title, ratio=film.ratio, key=film.id)


def _earlier() -> rx.Component:
    return rx.cond(
        shown.earlier.length() > 0,
        rx.el.section(
            rx.el.h2("Earlier films"),
            rx.el.ul(rx.foreach(shown.earlier, _earlier_film), class_name="earlier"),
            class_name="stack",
        ),
    )


def _earlier_film(film: Any) -> rx.Component:
    return rx.el.li(
        card(
            rx.cond(film.film != "", _screen(film), message(film.problem, kind="error")),
            rx.el.div(
                rx.el.div(rx.el.strong(film.title), rx.el.p(film.facts, class_name="small soft numbers")),
                _tools(film),
                class_name="row between earlier-words",
            ),
            size_fold(film, shown.ask_delete_size),
            how_made(film),
            padded=False,
        ),
        key=film.id,
    )


def _deleting() -> rx.Component:
    return sheet(
        rx.el.p(rx.cond(shown.is_only_a_size, SIZE_GOES, FILM_GOES)),
        actions(
            button("Keep it", on_click=shown.keep),
            button(
                rx.cond(shown.is_only_a_size, "Delete the file", "Delete the film"),
                kind="danger solid",
                on_click=shown.delete,
            ),
        ),
        title=rx.cond(shown.is_only_a_size, "Delete the large file?", "Delete this film?"),
        is_open=shown.deleting != "",
        on_close=shown.keep,
    )
