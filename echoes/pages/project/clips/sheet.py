"""Clip detail sheet: its earlier takes, what else could become of it, and the way out of the film."""

from typing import Any

import reflex as rx

from echoes.components.clip_video import clip_video
from echoes.components.design import badge, button, choice, choices
from echoes.pages.common.shell import sheet
from echoes.pages.common.state import vars_of
from echoes.pages.project.clips.framing.view import framed_photo, framing_fold
from echoes.pages.project.clips.state import ClipsState
from echoes.takes.motions import MOVES, SURPRISE
from echoes.takes.prompts import LONGEST_WISH
from echoes.takes.requesting import MOST_VARIATIONS

shown = vars_of(ClipsState)


def open_clip() -> rx.Component:
    clip = shown.open_card
    has_takes = clip.takes.length() > 0
    return sheet(
        rx.cond(has_takes, _takes(clip), rx.cond(shown.offer.takes_words, _photo(clip))),
        rx.cond(
            shown.offer.takes_words,
            _wishes(clip, has_takes),
            rx.fragment(
                framing_fold(clip, shown.head.ratio),
                rx.el.h3(rx.cond(has_takes, "Try another move", "How should the camera move?")),
                _moves(clip),
            ),
        ),
        rx.cond(
            clip.clip_id != "",
            rx.el.div(
                rx.cond(
                    clip.stage == "kept",
                    button(
                        "Leave it out of the film",
                        kind="quiet",
                        on_click=shown.remove_from_film(clip.clip_id),
                    ),
                ),
                button(
                    "Remove this clip",
                    kind="danger",
                    icon_name="trash_2",
                    on_click=shown.remove(clip.clip_id),
                ),
                class_name="row between",
            ),
        ),
        title=f"Clip {clip.number}",
        wide=True,
        is_open=shown.open_photo != "",
        on_close=shown.close_clip,
    )


def _photo(clip: Any) -> rx.Component:
    """What the wish is for."""
    return rx.el.img(src=clip.picture, alt=clip.name, class_name="wished-for")


def _takes(clip: Any) -> rx.Component:
    return rx.el.ul(
        rx.foreach(clip.takes, _take),
        class_name="takes",
        style={"--ratio": shown.head.ratio},
        custom_attrs={"aria-label": "Clips of this photo"},
    )


def _take(take: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(clip_video(take.clip, take.poster, take.label), class_name="clip-picture"),
        rx.el.span(take.label, class_name="small"),
        rx.cond(
            take.is_kept,
            badge("In your film", icon_name="check", good=True),
            button("Keep this one", on_click=shown.keep(take.id)),
        ),
        key=take.id,
    )


def _wishes(clip: Any, has_takes: Any) -> rx.Component:
    """Of those who make what is asked for in words: ours or one's own, and how many to choose from."""
    return rx.el.form(
        rx.el.h3(rx.cond(has_takes, "Try it another way", "What should happen?")),
        _motions(),
        rx.el.label("Or in your own words", html_for="wish"),
        rx.el.textarea(
            dir="auto",
            id="wish",
            name="wish",
            rows=2,
            max_length=LONGEST_WISH,
            class_name="input",
            placeholder="She laughs and waves at us",
        ),
        _how_many(),
        rx.el.input(type="hidden", name="price", value=shown.offer.price, read_only=True),
        button(
            f"Animate{shown.offer.prices[shown.variations]}",
            kind="primary",
            icon_name="sparkles",
            type="submit",
            disabled=clip.stage == "making",
        ),
        rx.cond(shown.offer.fairness != "", rx.el.p(shown.offer.fairness, class_name="small soft")),
        on_submit=shown.animate_chosen,
        key=clip.photo,
        class_name="wishes",
    )


def _motions() -> rx.Component:
    return choices(
        "What should happen",
        rx.foreach(
            shown.offer.motions,
            lambda motion: choice(
                motion.label,
                shown.motion == motion.key,
                on_click=shown.choose_motion(motion.key),
                custom_attrs={"title": motion.hint},
            ),
        ),
    )


def _how_many() -> rx.Component:
    return rx.el.div(
        rx.el.span("How many to choose from", class_name="small soft"),
        choices(
            "How many to choose from",
            *[
                choice(str(count), shown.variations == count, on_click=shown.choose_variations(count))
                for count in range(1, MOST_VARIATIONS + 1)
            ],
            class_name="counts",
        ),
        class_name="row between",
    )


def _moves(clip: Any) -> rx.Component:
    """Each move shows itself on the person's own photo."""
    named = [(motion.key, motion.label, motion.hint) for motion in MOVES]
    return rx.el.div(
        *[
            rx.el.button(
                rx.el.span(
                    framed_photo(clip, "", f"move-{key}"),
                    class_name="move-window",
                    style={"aspectRatio": shown.head.ratio},
                ),
                rx.el.span(label, class_name="move-label"),
                type="button",
                class_name="move",
                title=hint,
                disabled=clip.stage == "making",
                on_click=shown.animate(clip.photo, key, shown.offer.price),
            )
            for key, label, hint in [*named, (SURPRISE, "Surprise me", "Echoes chooses.")]
        ],
        class_name="moves",
    )
