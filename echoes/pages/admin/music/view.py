"""View of the music library page."""

from typing import Any

import reflex as rx

from echoes.components.audio_preview import audio_preview
from echoes.components.design import (
    badge,
    button,
    card,
    empty_state,
    icon_button,
    message,
    text_input,
)
from echoes.components.design import field as form_field
from echoes.components.dialog import actions
from echoes.components.upload_form import upload_form
from echoes.components.uploader import MUSIC_TYPES
from echoes.pages.admin.common.view import section_page
from echoes.pages.admin.music.state import MusicState
from echoes.pages.common.shell import sheet
from echoes.pages.common.state import vars_of
from echoes.text.isolation import isolated

shown = vars_of(MusicState)


def music_page() -> rx.Component:
    return section_page(
        "music",
        rx.cond(shown.problem != "", message(shown.problem, kind="error")),
        rx.cond(
            shown.tracks.length() > 0,
            rx.el.ul(rx.foreach(shown.tracks, _track), class_name="models"),
            empty_state("music", "No music yet", "Everyone can use the music you add here."),
        ),
        _adding(),
        _editor(),
    )


def _track(track: Any) -> rx.Component:
    return rx.el.li(
        audio_preview(track.address, isolated(track.title)),
        rx.el.div(
            rx.el.strong(track.title),
            rx.el.p(track.facts, class_name="small soft numbers"),
            rx.cond(track.is_hidden, badge("hidden")),
            class_name="grow",
        ),
        icon_button("Move up", "arrow_up", on_click=shown.move(track.id, -1)),
        icon_button("Move down", "arrow_down", on_click=shown.move(track.id, 1)),
        button("Change", kind="quiet", on_click=shown.edit(track.id)),
        class_name="row track",
        key=track.id,
    )


def _adding() -> rx.Component:
    return card(
        rx.el.h2("Add a piece of music"),
        upload_form(
            rx.el.input(type="hidden", name="piece", value=shown.piece, read_only=True),
            form_field(
                "The file",
                rx.el.input(
                    id="file", name="file", type="file", accept=MUSIC_TYPES, required=True, class_name="input"
                ),
                "file",
                "Its loudness and beats are measured as it arrives. Please wait here for a few seconds.",
            ),
            rx.el.label(
                rx.el.input(type="checkbox", name="use_sound"),
                "If it is a video, use its sound",
                class_name="row check",
            ),
            form_field("Title", text_input("title", required=True, max_length=80), "title"),
            form_field("Mood", text_input("mood", max_length=40), "mood"),
            form_field("Licence and attribution", text_input("licence", max_length=400), "licence"),
            button("Add it", type="submit"),
            action="/library/music",
            class_name="stack",
        ),
    )


def _editor() -> rx.Component:
    track = shown.editing
    return sheet(
        rx.el.form(
            _text("Title", "title", track.title),
            _text("Mood", "mood", track.mood),
            _text("Licence and attribution", "licence", track.licence),
            rx.el.label(
                rx.el.input(type="checkbox", name="is_hidden", default_checked=track.is_hidden),
                "Hidden: only people who already use it can see it",
                class_name="row check",
            ),
            actions(
                button("Cancel", on_click=shown.leave_it),
                button("Save", kind="primary", type="submit"),
            ),
            on_submit=shown.save,
            class_name="stack",
        ),
        title="Change this piece",
        is_open=track.id != "",
        on_close=shown.leave_it,
    )


def _text(label: str, name: str, value: Any) -> rx.Component:
    entry = rx.el.input(
        id=f"edit-{name}", name=name, type="text", dir="auto", default_value=value, class_name="input"
    )
    return form_field(label, entry, f"edit-{name}")
