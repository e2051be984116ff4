"""View of the looks: a row of them, each one tap; the player follows at once."""

import reflex as rx

from echoes.catalogue.looks import LOOKS, Look
from echoes.components.design import choice, choices, icon
from echoes.pages.common.state import vars_of
from echoes.pages.project.arrange.state import ArrangeState
from echoes.pages.project.view import intro

shown = vars_of(ArrangeState)


def looks_section() -> rx.Component:
    return rx.el.section(
        intro("The look", "Pace, transitions, titles and music together. Your words and the order stay."),
        choices("The look", *map(_choice, LOOKS), class_name="looks"),
        class_name="stack",
    )


def _choice(look: Look) -> rx.Component:
    return choice(
        rx.el.span(
            rx.el.strong(look.label),
            rx.el.span(look.sentence, class_name="small soft"),
            class_name="look-words",
        ),
        shown.look == look.name,
        icon(look.icon),
        class_name="look",
        on_click=shown.choose_look(look.name),
    )
