"""View of a first cut on the arrange step: while its clips are made, and then one tap to the film."""

import reflex as rx

from echoes.components.design import button, empty_state, link_button
from echoes.pages.common.state import vars_of
from echoes.pages.project.arrange.state import ArrangeState

shown = vars_of(ArrangeState)


def nothing_yet() -> rx.Component:
    """No clip is in the film: they are on their way, or wait to be kept."""
    return rx.cond(
        shown.is_first_cut & (shown.making > 0),
        empty_state(
            "sparkles",
            "Your film is being made",
            "The first clips appear here soon. You can close this page; it carries on without you.",
            link_button("Watch the clips arrive", f"/project/{shown.project_id}/clips"),
        ),
        empty_state(
            "gallery_horizontal_end",
            "Keep a clip first",
            "The clips you keep appear here. Put them in order and choose the music.",
            link_button("Go to the clips", f"/project/{shown.project_id}/clips", kind="primary"),
        ),
    )


def film_in_words() -> rx.Component:
    """How long it is, what is still to come, and what it lacks."""
    making = rx.cond(shown.making == 1, "1 clip is on its way. ", f"{shown.making} clips are on their way. ")
    return rx.el.span(
        f"Your film is {shown.length} long. ",
        rx.cond(shown.making > 0, making, ""),
        rx.cond(shown.music_id == "", " It has no music. ", ""),
        rx.cond(
            shown.aside > 0,
            link_button(
                rx.cond(shown.aside == 1, "1 photo is not used", f"{shown.aside} photos are not used"),
                f"/project/{shown.project_id}/photos",
                kind="quiet",
            ),
        ),
    )


def to_the_film() -> rx.Component:
    return rx.cond(
        (shown.head.films == 0) & (shown.is_first_cut | (shown.making == 0)),
        button(
            "Make the film",
            kind="primary",
            icon_name="clapperboard",
            busy=shown.is_busy | (shown.making > 0),
            on_click=shown.make_film,
        ),
        link_button("Continue to the film", f"/project/{shown.project_id}/film", kind="primary"),
    )
