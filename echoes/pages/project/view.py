"""View of the four steps of a project."""

from typing import Any

import reflex as rx

from echoes.components.design import icon, icon_button, link_button, skeleton
from echoes.components.scroll_place import scroll_place
from echoes.pages.common.rename_sheet import rename_sheet
from echoes.pages.common.shell import balance, not_here, page, theme_toggle
from echoes.pages.common.state import HOME, PageState, vars_of
from echoes.pages.project.state import ProjectState
from echoes.reflex_adapter.components import router_link

STEPS = (("photos", "Photos"), ("clips", "Clips"), ("arrange", "Arrange"), ("film", "Film"))

shown, visit = vars_of(ProjectState), vars_of(PageState)


def project_page(
    step: str,
    *content: Any,
    waiting: rx.Component,
    next_step: rx.Component,
    undo: rx.Component | None = None,
) -> rx.Component:
    """One of the four steps, with its loading and its not-found state."""
    is_known = shown.is_missing | shown.filled_steps.contains(step)
    here = is_known & ~shown.is_missing
    return page(
        rx.el.div(
            rx.cond(
                is_known,
                rx.cond(
                    shown.is_missing,
                    not_here("It may have been removed. If not, please check the address."),
                    rx.el.div(*content),
                ),
                waiting,
            ),
            _renaming(),
            class_name="column",
        ),
        bar=rx.fragment(_head(), rx.cond(shown.is_missing, None, _steps(step))),
        next_step=rx.cond(here, next_step),
        undo=rx.cond(here, undo) if undo else None,
        place=scroll_place(here, is_kept=True),
    )


def intro(title: Any, sentence: Any) -> rx.Component:
    """What this step is for."""
    return rx.el.div(rx.el.h2(title), rx.el.p(sentence, class_name="soft"), class_name="intro")


def _head() -> rx.Component:
    return rx.el.header(
        rx.el.div(
            link_button(
                rx.el.span("All films", class_name="from-desk"),
                HOME,
                kind="quiet",
                icon_name="chevron_left",
                class_name=rx.cond(visit.new_replies != "", "news", ""),
                custom_attrs={
                    "aria-label": rx.cond(
                        visit.new_replies != "", f"All films, {visit.new_replies}", "All films"
                    )
                },
            ),
            rx.cond(
                shown.head.title != "",
                rx.el.h1(shown.head.title),
                rx.el.div(rx.cond(shown.is_missing, None, skeleton("1.25rem", "9rem")), class_name="title"),
            ),
            rx.cond(
                shown.head.title != "",
                icon_button("Rename this film", "pencil", on_click=shown.ask_title),
            ),
            balance(),
            theme_toggle("from-desk"),
            class_name="column project-head",
        ),
    )


def _steps(current: str) -> rx.Component:
    done = {
        "photos": shown.head.photos > 0,
        "clips": shown.head.kept > 0,
        "arrange": shown.head.films > 0,
        "film": shown.head.films > 0,
    }
    return rx.el.nav(
        rx.el.ol(
            *[
                _step(key, label, number, key == current, done[key])
                for number, (key, label) in enumerate(STEPS, 1)
            ],
            class_name="column",
        ),
        class_name="steps",
        custom_attrs={"aria-label": "The four steps"},
    )


def _step(key: str, label: str, number: int, is_current: bool, done: rx.Var[bool]) -> rx.Component:
    mark = rx.el.span(
        str(number) if is_current else rx.cond(done, icon("check", 16), rx.el.span(str(number))),
        class_name="mark",
        custom_attrs={"aria-hidden": "true"},
    )
    return rx.el.li(
        router_link(
            mark,
            label,
            *([] if is_current else [rx.cond(done, rx.el.span("done", class_name="visually-hidden"))]),
            to=f"/project/{shown.project_id}/{key}",
            class_name="step" if is_current else rx.cond(done, "step done", "step"),
            custom_attrs={"aria-current": "step"} if is_current else {},
        )
    )


def _renaming() -> rx.Component:
    return rename_sheet(
        shown.head.title, is_open=shown.is_renaming, on_submit=shown.set_title, on_close=shown.close_title
    )
