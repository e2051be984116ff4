"""View of the replies sheet, and of the button that opens it."""

from typing import Any

import reflex as rx

from echoes.components.design import badge, button, icon
from echoes.components.dialog import actions
from echoes.pages.common.shell import sheet
from echoes.pages.common.state import vars_of
from echoes.pages.project.share.replies.state import RepliesState

shown = vars_of(RepliesState)


def replies_button(film: Any) -> rx.Component:
    """Where a film has any."""
    return rx.cond(
        film.replies != "",
        button(film.replies, icon_name="heart", on_click=shown.open_replies(film.id)),
    )


def replies_sheet() -> rx.Component:
    return sheet(
        rx.cond(shown.deleting != "", _deleting(), _replies()),
        title=rx.cond(shown.deleting != "", "Delete this reply?", "Replies"),
        is_open=shown.film != "",
        on_close=shown.close_replies,
    )


def _replies() -> rx.Component:
    return rx.el.div(
        rx.cond(shown.hearts != "", rx.el.p(icon("heart"), shown.hearts, class_name="row hearts")),
        rx.cond(
            (shown.replies.length() == 0) & (shown.hidden.length() == 0),
            rx.cond(
                shown.hearts == "",
                rx.el.p("Nothing here yet.", class_name="soft"),
            ),
        ),
        rx.el.ul(rx.foreach(shown.replies, _reply), class_name="replies"),
        rx.cond(
            shown.hidden.length() > 0,
            rx.el.details(
                rx.el.summary(icon("eye_off"), "Hidden replies"),
                rx.el.ul(rx.foreach(shown.hidden, _reply), class_name="replies"),
                class_name="fold",
            ),
        ),
        rx.el.p(
            "Only you can read these. You can turn replies off when you share the film.",
            class_name="small soft",
        ),
        class_name="stack",
        key=shown.film,
    )


def _reply(reply: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.strong(reply.who, dir="auto"),
            rx.el.span(reply.when, class_name="small soft"),
            rx.cond(reply.is_new, badge("New")),
            rx.cond(reply.is_reported, badge("Reported")),
            class_name="row",
        ),
        rx.el.p(reply.words, dir="auto", class_name="reply-words"),
        rx.el.div(
            rx.cond(
                reply.is_hidden,
                button("Show", kind="quiet", on_click=shown.hide(reply.id, False)),
                button("Hide", kind="quiet", on_click=shown.hide(reply.id, True)),
            ),
            button("Delete", kind="quiet", on_click=shown.ask_delete(reply.id)),
            rx.cond(~reply.is_reported, button("Report", kind="quiet", on_click=shown.report(reply.id))),
            class_name="row",
        ),
        key=reply.id,
    )


def _deleting() -> rx.Component:
    return rx.el.div(
        rx.el.p("It will be gone for good. You can also hide it, and show it again later."),
        actions(
            button("Keep it", on_click=shown.keep),
            button("Delete it", kind="danger solid", on_click=shown.delete),
        ),
    )
