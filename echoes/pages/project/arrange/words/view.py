"""View of the film's words: opening title, end card, fades, and all captions as one list."""

from typing import Any

import reflex as rx

from echoes.components.design import button, field, icon
from echoes.components.words_field import words_field
from echoes.editing.words import LONGEST_WORDS
from echoes.pages.common.state import vars_of
from echoes.pages.project.arrange.clip.state import ClipSheetState
from echoes.pages.project.arrange.state import ArrangementState, ArrangeState
from echoes.pages.project.arrange.words.state import WordsState
from echoes.pages.project.view import intro

shown, large, act = vars_of(ArrangeState), vars_of(ArrangementState), vars_of(WordsState)


def words_section() -> rx.Component:
    return rx.el.section(
        intro("The words", "A title at the beginning, a last word, and captions."),
        rx.el.div(
            _line("opening", "Title", shown.cards.opening, "Summer 1987", act.set_opening),
            _line("subtitle", "Second line", shown.cards.subtitle, "For Grandma", act.set_subtitle),
            _line("end", "At the end", shown.cards.end, "With love from all of us", act.set_end),
            class_name="words-lines",
            custom_attrs={"data-words-list": ""},
        ),
        rx.el.label(
            rx.el.input(type="checkbox", checked=shown.cards.has_fades, on_change=act.set_fades),
            "Begin and end in black",
            class_name="row check",
        ),
        _mark(),
        _captions(),
        class_name="stack",
    )


def _mark() -> rx.Component:
    """Where there is something to mark."""
    choice = rx.el.label(
        rx.el.input(type="checkbox", checked=shown.cards.is_marked, on_change=act.set_mark),
        "Show “AI” on generated clips",
        class_name="row check",
    )
    demanded = rx.el.p("Generated clips show “AI” in the corner.", class_name="small soft")
    wanted = rx.cond(shown.cards.is_mark_demanded, demanded, choice)
    return rx.cond(shown.cards.has_generated, wanted)


def _line(name: str, label: str, value: Any, example: str, save: Any) -> rx.Component:
    typed = words_field(id=name, value=value, longest=LONGEST_WORDS, placeholder=example, on_save=save)
    return field(label, typed, name)


def _captions() -> rx.Component:
    return rx.el.details(
        rx.el.summary(icon("captions"), "Captions"),
        rx.el.div(
            rx.el.p("Press Enter for the next one.", class_name="small soft"),
            rx.el.ol(
                rx.foreach(large.shots, _caption),
                class_name="captions",
                custom_attrs={"data-words-list": ""},
            ),
            button("Fill the empty ones with dates", icon_name="calendar", on_click=act.use_dates),
            class_name="stack tight",
        ),
        class_name="fold",
    )


def _caption(shot: Any, index: Any) -> rx.Component:
    return rx.el.li(
        rx.el.img(src=shot["poster"], alt="", loading="lazy"),
        words_field(
            value=shot["caption"],
            label=f"Caption of clip {index + 1}",
            longest=LONGEST_WORDS,
            placeholder=shot["date"],
            on_save=lambda text: vars_of(ClipSheetState).set_caption(shot["id"], text),
        ),
        key=shot["id"],
    )
