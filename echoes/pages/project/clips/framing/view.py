"""View of framing: a photo as its clip begins, and what can be chosen of that."""

from typing import Any

import reflex as rx

from echoes.components.design import button, choice, choices
from echoes.components.focus_picker import focus_picker
from echoes.pages.common.state import vars_of
from echoes.pages.project.clips.framing.queries import MODES, PLACE, STRENGTHS
from echoes.pages.project.clips.framing.state import FramingState
from echoes.pages.project.clips.state import ClipsState

act, page = vars_of(FramingState), vars_of(ClipsState)


def framed_photo(clip: Any, alt: Any, class_name: str = "") -> rx.Component:
    """Fills its parent, which has the film's shape."""
    return rx.el.span(
        rx.cond(
            clip.framed.is_whole,
            rx.el.img(src=clip.picture, alt="", loading="lazy", class_name="framed-copy"),
        ),
        rx.el.img(src=clip.picture, alt=alt, loading="lazy", style=_place(clip.framed)),
        class_name=f"framed-photo {class_name}".strip(),
    )


def _place(framed: Any) -> dict[str, Any]:
    """Property by property: a style that is one variable has none that pages can write (inline_styles.js)."""
    return {name: framed.place[name] for name in PLACE}


def framing_fold(clip: Any, ratio: Any) -> rx.Component:
    return rx.el.details(
        rx.el.summary("Framing and movement"),
        rx.el.div(
            _picking(clip),
            _seen(clip, ratio),
            _choices(clip),
            rx.cond(clip.is_reframed, _again(clip)),
            class_name="framing",
        ),
        class_name="fold",
        key=clip.photo,
    )


def _picking(clip: Any) -> rx.Component:
    return rx.el.div(
        rx.el.h4("Tap what matters most"),
        focus_picker(
            src=clip.picture,
            ratio=clip.framed.ratio,
            x=clip.framed.focus_x,
            y=clip.framed.focus_y,
            is_chosen=clip.framed.has_focus,
            on_pick=lambda x, y: act.set_focus(clip.photo, x, y),
        ),
        rx.cond(
            clip.framed.has_focus,
            button("Let Echoes choose", kind="quiet", on_click=act.clear_focus(clip.photo)),
        ),
        class_name="stack tight",
    )


def _seen(clip: Any, ratio: Any) -> rx.Component:
    return rx.el.div(
        rx.el.h4("How the clip begins"),
        rx.el.div(framed_photo(clip, ""), class_name="framing-window", style={"aspectRatio": ratio}),
        rx.el.p(clip.framed.note, class_name="small soft", role="status"),
        class_name="stack tight",
    )


def _choices(clip: Any) -> rx.Component:
    return rx.el.div(
        rx.el.h4("How much is shown"),
        choices(
            "How much is shown",
            *[
                choice(label, clip.framed.mode == mode.value, on_click=act.set_mode(clip.photo, mode.value))
                for mode, label in MODES
            ],
        ),
        rx.el.h4("How far the camera moves"),
        choices(
            "How far the camera moves",
            *[
                choice(
                    label,
                    clip.framed.movement == strength.value,
                    on_click=act.set_movement(clip.photo, strength.value),
                )
                for strength, label in STRENGTHS
            ],
        ),
        class_name="stack tight",
    )


def _again(clip: Any) -> rx.Component:
    return button(
        f"Make the clip again{page.offer.once}",
        kind="primary",
        icon_name="sparkles",
        disabled=clip.stage == "making",
        on_click=act.make_again(clip.photo, page.offer.price),
    )
