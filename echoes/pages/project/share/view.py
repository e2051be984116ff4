"""View of the share sheet."""

from typing import Any

import reflex as rx

from echoes.components.design import badge, button, field, icon, message, text_input
from echoes.components.dialog import actions
from echoes.components.sharing import copy_button, moment_input, share_tools
from echoes.pages.common.shell import sheet
from echoes.pages.common.state import vars_of
from echoes.pages.project.film.sizes.view import downloads
from echoes.pages.project.share.state import ShareState
from echoes.sharing.service import LONGEST_NOTE, LONGEST_TITLE

ENDED = "This link has ended: nobody can watch the film with it. You can choose a later day below, or none."

shown = vars_of(ShareState)


def share_button(film: Any) -> rx.Component:
    return button("Share", icon_name="share_2", on_click=shown.open_share(film.id))


def share_sheet() -> rx.Component:
    return sheet(
        rx.cond(shown.is_closing, _closing(), _sharing()),
        title=rx.cond(shown.is_closing, "Turn off this link?", "Share this film"),
        is_open=shown.shared.link != "",
        on_close=shown.close_share,
    )


def _sharing() -> rx.Component:
    film = shown.shared
    return rx.el.div(
        rx.cond(film.has_ended, message(ENDED)),
        rx.el.p(film.seen, " ", film.reward, class_name="small soft"),
        share_tools(film.address, film.title),
        rx.el.form(
            _fold("gift", "Make it a gift", _gift(film), is_open=film.opens_at != ""),
            _fold(
                "lock",
                "Who can watch, and for how long",
                _door(film),
                is_open=film.has_password | film.has_ended,
            ),
            _save(),
            on_submit=shown.save_share,
            class_name="stack shaping",
        ),
        _fold("qr_code", "QR code", _code(film)),
        _fold("code", "Put it on a website", _embed(film)),
        _fold("download", "Keep the film as a file", _file(film)),
        button("Turn off this link", kind="danger", icon_name="link_2_off", on_click=shown.ask_closing),
        class_name="stack share",
        key=film.link,
    )


def _fold(drawing: str, label: str, content: rx.Component, is_open: Any = False) -> rx.Component:
    return rx.el.details(
        rx.el.summary(icon(drawing), label), rx.el.div(content, class_name="stack"), class_name="fold",
        open=is_open,
    )  # fmt: skip


def _gift(film: Any) -> rx.Component:
    return rx.fragment(
        field("Title", text_input("title", default_value=film.own_title, max_length=LONGEST_TITLE), "title"),
        field(
            "A few words to go with it",
            rx.el.textarea(
                id="note", name="note", default_value=film.note, max_length=LONGEST_NOTE, rows="3",
                class_name="input",
            ),
            "note",
        ),
        field(
            "Opens on",
            moment_input("opens_at", film.opens_at, "Opens on"),
            "opens_at",
            "Until then, the link says when. Leave this empty to open it right away.",
        ),
    )  # fmt: skip


def _door(film: Any) -> rx.Component:
    return rx.fragment(
        rx.el.label(
            rx.el.input(type="checkbox", name="names_owner", default_checked=film.names_owner),
            "Show my name",
            class_name="row check",
        ),
        field(
            "Password",
            text_input("password", auto_complete="off", max_length=200, key=f"saved {shown.saves} times"),
            "password",
            rx.cond(
                film.has_password,
                "Leave this empty to keep the current one.",
                "Only people who know it can watch.",
            ),
        ),
        rx.cond(
            film.has_password,
            rx.el.div(
                rx.el.span("This film has a password.", class_name="small"),
                button("Remove the password", kind="quiet", on_click=shown.drop_password),
                class_name="row between",
            ),
        ),
        field(
            "The link ends on",
            moment_input("expires_at", film.expires_at, "The link ends on"),
            "expires_at",
            "Leave this empty, and it stays open until you close it.",
        ),
    )


def _save() -> rx.Component:
    """Once for both parts, which are one form; while both are folded there is nothing to save."""
    return rx.el.div(
        rx.cond(shown.is_saved, badge("Saved", icon_name="check", good=True), rx.el.span()),
        button("Save", type="submit"),
        class_name="row between",
    )


def _code(film: Any) -> rx.Component:
    return rx.el.img(src=film.qr, alt="A QR code that leads to the film", class_name="qr")


def _embed(film: Any) -> rx.Component:
    return rx.fragment(
        rx.el.pre(rx.el.code(film.embed), class_name="embed-code", tab_index=0),
        copy_button(film.embed, "Copy the code"),
    )


def _file(film: Any) -> rx.Component:
    return rx.fragment(
        rx.el.p("It plays everywhere, and nobody needs Echoes to watch it.", class_name="small soft"),
        downloads(film.files),
    )


def _closing() -> rx.Component:
    return rx.el.div(
        rx.el.p(
            "People with the link can no longer watch the film. If you share it again, the link will be new."
        ),
        actions(
            button("Keep it open", on_click=shown.keep_link),
            button("Close the link", kind="danger solid", on_click=shown.close_link),
        ),
    )
