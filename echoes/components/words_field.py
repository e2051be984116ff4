"""Text field that saves itself: a line of the film's words, for typing many one after another."""

from typing import Any

import reflex as rx

from echoes.components.scripts import script
from echoes.reflex_adapter.components import field


def _typed(text: rx.Var[str]) -> tuple[rx.Var[str]]:
    return (text,)


class WordsField(rx.NoSSRComponent):
    library = script(__name__, "words_field.jsx")
    tag = "WordsField"

    value: rx.Var[str] = field(doc="What is saved.")
    label: rx.Var[str] = field(doc="Its name, where no label stands beside it.")
    placeholder: rx.Var[str] = field(doc="An example.")
    longest: rx.Var[int] = field(doc="Characters.")

    on_save: rx.EventHandler[_typed] = field(doc="What was typed, when the field is left.")  # type: ignore[type-arg, valid-type]


def words_field(**props: Any) -> rx.Component:
    component: rx.Component = WordsField.create(**props)
    return component
