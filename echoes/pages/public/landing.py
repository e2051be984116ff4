"""Landing page: what Echoes is, a film made by it, what it costs, and the one way in."""

import reflex as rx

from echoes.components.design import icon, link_button
from echoes.components.sample_film import FOLDER, PRINTS, sample_film
from echoes.pages.common.shell import page, theme_toggle, visit, wordmark
from echoes.pages.common.state import HOME, NEW_FILM
from echoes.pages.public.prices.view import prices_section

STEPS = (
    ("images", "Bring your photos", "From your phone or computer. Old ones, scanned ones, all of them."),
    ("sparkles", "See them move", "Each becomes a short moving clip. Keep the ones that feel true."),
    ("music", "Put them in order", "Drag them into place and choose the music."),
    ("film", "Keep the film", "One film to watch together, to keep and to send."),
)
SAMPLE = (
    "A sample film: mountains at dawn, balloons over a valley, two people on a jetty at sunset,"
    " a tent under the stars"
)


def landing() -> rx.Component:
    return page(
        rx.el.div(_hero(), _how_it_works(), prices_section(), _promise(), class_name="column landing"),
        bar=rx.el.header(rx.el.div(wordmark("/"), _ways_in(), class_name="column bar")),
        is_outside=True,
    )


def _ways_in() -> rx.Component:
    """For those who were here before."""
    label = rx.cond(visit.person != "", "Your films", "Sign in")
    return rx.el.div(link_button(label, HOME, kind="quiet"), theme_toggle(), class_name="row bar-end")


def _hero() -> rx.Component:
    return rx.el.section(
        rx.el.div(
            rx.el.h1("The people you love, moving again."),
            rx.el.p(
                "Echoes turns your photographs into gently moving clips,"
                " and the clips into one film with music.",
                class_name="lead",
            ),
            link_button("Make a film", NEW_FILM, kind="primary", class_name="large"),
            class_name="stack loose",
        ),
        _film(),
        class_name="hero",
    )


def _film() -> rx.Component:
    made = rx.el.p("Made with Echoes, from four painted pictures", class_name="small")
    return rx.el.div(
        *[
            rx.el.div(_print(name), class_name=f"print behind {side}")
            for name, side in zip(PRINTS, ("left", "right"), strict=True)
        ],
        rx.el.div(sample_film(made, label=SAMPLE), class_name="print front"),
        class_name="prints",
    )


def _print(name: str) -> rx.Component:
    return rx.el.picture(
        rx.el.source(type="image/avif", src_set=f"{FOLDER}/{name}.avif"),
        rx.el.img(src=f"{FOLDER}/{name}.webp", alt="", loading="lazy"),
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
            "Your photographs stay yours. Nobody else can see them, and we remove the place where each was"
            " taken before we store it."
        ),
        class_name="promise",
    )
