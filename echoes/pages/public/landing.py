"""Landing page: what Echoes is, and the one way in."""

import reflex as rx

from echoes.components.design import icon, link_button
from echoes.components.landing_picture import landing_picture
from echoes.pages.common.shell import page, theme_toggle, wordmark
from echoes.pages.common.state import HOME

STEPS = (
    ("images", "Bring your photos", "From your phone or computer. Old ones, scanned ones, all of them."),
    ("sparkles", "See them move", "Each becomes a short moving clip. Keep the ones that feel true."),
    ("music", "Put them in order", "Drag them into place and choose the music."),
    ("film", "Keep the film", "One film to watch together, to keep and to send."),
)


def landing() -> rx.Component:
    return page(
        rx.el.div(_hero(), _how_it_works(), _promise(), class_name="column landing"),
        bar=rx.el.header(rx.el.div(wordmark("/"), theme_toggle(), class_name="column bar")),
    )


def _hero() -> rx.Component:
    return rx.el.section(
        rx.el.div(
            rx.el.h1("The people you love, moving again."),
            rx.el.p(
                "Echoes turns your photographs into gentle moving clips,"
                " and the clips into one film with music.",
                class_name="lead",
            ),
            link_button("Make a film", HOME, kind="primary", class_name="large"),
            class_name="stack loose",
        ),
        landing_picture(),
        class_name="hero",
    )


def _how_it_works() -> rx.Component:
    return rx.el.section(
        rx.el.h2("How it works"),
        rx.el.ol(
            *[
                rx.el.li(
                    rx.el.span(icon(name, 24), class_name="glyph"),
                    rx.el.div(rx.el.h3(title), rx.el.p(sentence, class_name="soft")),
                )
                for name, title, sentence in STEPS
            ]
        ),
        class_name="how",
    )


def _promise() -> rx.Component:
    return rx.el.section(
        icon("lock", 22),
        rx.el.p(
            "Your photographs stay yours. Nobody else can see them, and the place where each was taken is"
            " removed before it is stored."
        ),
        class_name="promise",
    )
