"""View of “How this was made” below a film: what its Content Credentials say."""

from typing import Any

import reflex as rx

from echoes.components.design import icon


def how_made(film: Any) -> rx.Component:
    sentences = film.how_made.to(list[str])
    return rx.cond(
        sentences.length() > 0,
        rx.el.details(
            rx.el.summary(icon("info"), "How this was made"),
            rx.el.div(
                rx.el.ul(rx.foreach(sentences, lambda sentence: rx.el.li(sentence)), class_name="how-made")
            ),
            class_name="fold",
        ),
    )
