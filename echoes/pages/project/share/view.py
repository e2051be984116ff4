"""View of the share sheet: first how the film arrives, then sending it."""

from typing import Any

import reflex as rx

from echoes.components.design import button, download_button, field, icon, message, text_input
from echoes.components.dialog import actions
from echoes.components.sharing import copy_button, moment_input, share_tools
from echoes.pages.common.shell import sheet
from echoes.pages.common.state import vars_of
from echoes.pages.project.film.sizes.view import downloads
from echoes.pages.project.share.state import ShareState
from echoes.sharing.service import LONGEST_NOTE, LONGEST_SENDER, LONGEST_TITLE

ENDED = "This link has ended: nobody can watch the film with it. You can choose a later day below, or none."
LOCKED = "Until they have typed the password, people only see that a film is waiting for them."

shown = vars_of(ShareState)


def share_button(film: Any) -> rx.Component:
    return button("Share", icon_name="share_2", on_click=shown.open_share(film.id))


def share_sheet() -> rx.Component:
    return sheet(
        rx.cond(shown.is_closing, _closing(), rx.cond(shown.is_dressing, _dressing(), _sending())),
        title=rx.cond(
            shown.is_closing,
            "Turn off this link?",
            rx.cond(shown.is_dressing, "Share this film", "Send it"),
        ),
        is_open=shown.shared.link != "",
        on_close=shown.close_share,
    )


def _dressing() -> rx.Component:
    film = shown.shared
    return rx.el.form(
        rx.cond(
            film.has_ended,
            message(ENDED),
            rx.el.p("First, how it will arrive. You can change all of this later.", class_name="soft"),
        ),
        _words(film),
        rx.cond(film.posters.length() > 0, _posters(film)),
        _fold(
            "lock",
            "Who can watch, and when",
            _access(film),
            is_open=film.has_password | film.has_ended | (film.opens_at != ""),
        ),
        actions(button("Next: send it", kind="primary", type="submit")),
        on_submit=shown.save_share,
        class_name="stack share",
        key=f"{film.link} {shown.saves}",
    )


def _words(film: Any) -> rx.Component:
    return rx.fragment(
        field(
            "Who is it from?",
            text_input(
                "sender", default_value=film.sender, max_length=LONGEST_SENDER, auto_complete="name"
            ),
            "sender",
            "People see this with the film. Leave it empty to show no name.",
        ),
        field(
            "Title",
            text_input(
                "title", default_value=film.own_title, placeholder=film.film_title, max_length=LONGEST_TITLE
            ),
            "title",
        ),
        field(
            "A few words to go with it",
            rx.el.textarea(
                dir="auto",
                id="note", name="note", default_value=film.note, max_length=LONGEST_NOTE, rows="3",
                class_name="input",
            ),
            "note",
            "They appear under the film, to read once it is over.",
        ),
    )  # fmt: skip


def _posters(film: Any) -> rx.Component:
    return rx.el.fieldset(
        rx.el.legend("The picture people see first"),
        rx.el.div(rx.foreach(film.posters, _poster), class_name="posters"),
    )


def _poster(choice: Any) -> rx.Component:
    return rx.el.label(
        rx.el.input(type="radio", name="poster", value=choice.id, default_checked=choice.is_chosen),
        rx.el.img(src=choice.picture, alt=choice.label, loading="lazy"),
        key=choice.id,
    )


def _access(film: Any) -> rx.Component:
    return rx.fragment(
        field(
            "Opens on",
            moment_input("opens_at", film.opens_at, "Opens on"),
            "opens_at",
            "Until then, the link says when. Leave this empty to open it right away.",
        ),
        field(
            "The link ends on",
            moment_input("expires_at", film.expires_at, "The link ends on"),
            "expires_at",
            "Leave this empty, and it stays open until you turn it off.",
        ),
        _password(film),
        _check("can_save", "Viewers can save the film", film.can_save),
        _check("can_reply", "Viewers can send you a heart and a few words", film.can_reply),
    )


def _password(film: Any) -> rx.Component:
    return rx.fragment(
        field(
            "Password",
            text_input("password", auto_complete="off", max_length=200),
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
    )


def _check(name: str, label: str, is_checked: Any) -> rx.Component:
    return rx.el.label(
        rx.el.input(type="checkbox", name=name, default_checked=is_checked), label, class_name="row check"
    )


def _sending() -> rx.Component:
    film = shown.shared
    return rx.el.div(
        _preview(film),
        share_tools(film.address, film.title),
        rx.el.p(film.seen, " ", film.reward, class_name="small soft"),
        rx.el.div(
            _fold("printer", "A card to print, with a QR code", _card(film)),
            _fold("code", "Put it on a website", _embed(film)),
            _fold("download", "Keep the film as a file", _file(film)),
        ),
        button("Turn off this link", kind="danger", icon_name="link_2_off", on_click=shown.ask_closing),
        class_name="stack share",
        key=film.link,
    )


def _preview(film: Any) -> rx.Component:
    """As messengers show the link."""
    return rx.el.section(
        rx.el.img(src=film.preview, alt="", width="1200", height="630"),
        rx.el.div(
            rx.el.div(
                rx.el.strong(film.preview_title, dir="auto"),
                rx.cond(film.has_password, rx.el.p(LOCKED, class_name="small soft")),
            ),
            button("Change", kind="quiet", icon_name="pencil", on_click=shown.dress),
            class_name="row between",
        ),
        class_name="link-preview",
        custom_attrs={"aria-label": "What people see"},
    )


def _fold(drawing: str, label: str, content: rx.Component, is_open: Any = False) -> rx.Component:
    return rx.el.details(
        rx.el.summary(icon(drawing), label), rx.el.div(content, class_name="stack"), class_name="fold",
        open=is_open,
    )  # fmt: skip


def _card(film: Any) -> rx.Component:
    return rx.el.div(
        rx.el.img(src=film.qr, alt="A QR code that leads to the film", class_name="qr"),
        rx.el.div(
            rx.el.p(
                "Put it with a present. Point a phone at the code, and the film opens.",
                class_name="small soft",
            ),
            download_button("Card, A6", film.card_a6),
            download_button("Folding card, A4", film.card_a4),
            class_name="stack",
        ),
        class_name="printed-card",
    )


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
            button("Turn off the link", kind="danger solid", on_click=shown.close_link),
        ),
    )
