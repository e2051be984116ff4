"""View of the arrange step."""

from typing import Any

import reflex as rx

from echoes.catalogue.transitions import CUT, TRANSITIONS
from echoes.components.deferred import deferred
from echoes.components.design import (
    button,
    choice,
    choices,
    icon,
    message,
    skeleton_grid,
)
from echoes.components.history_keys import history_keys
from echoes.components.player import film_player
from echoes.pages.common.shell import next_bar, undo_toast
from echoes.pages.common.state import vars_of
from echoes.pages.credits.out_of_credits.view import go_on_bar, needed_sheet
from echoes.pages.project.arrange.clip.view import clip_sheet
from echoes.pages.project.arrange.first_cut import film_in_words, nothing_yet, to_the_film
from echoes.pages.project.arrange.joint.view import joint_sheet
from echoes.pages.project.arrange.looks import looks_section
from echoes.pages.project.arrange.music.view import music_section
from echoes.pages.project.arrange.order.view import order_section
from echoes.pages.project.arrange.state import ArrangementState, ArrangeState
from echoes.pages.project.arrange.words.view import words_section
from echoes.pages.project.view import intro, project_page

LENGTHS = (0.5, 1.0, 1.5)
shown, large = vars_of(ArrangeState), vars_of(ArrangementState)


def arrange_step() -> rx.Component:
    return project_page(
        "arrange",
        rx.cond(
            shown.head.kept > 0,
            rx.el.div(
                rx.el.div(
                    _player_room(
                        _first_picture(),
                        film_player(
                            film=large.film,
                            clips=large.sources,
                            words=large.words,
                            audio=large.audio,
                            ratio=shown.head.ratio,
                            jump=shown.jump,
                        ),
                    ),
                    _history(),
                    class_name="watch",
                ),
                rx.el.div(
                    looks_section(),
                    deferred(order_section(), music_section(), words_section(), _between()),
                    class_name="stack loose",
                ),
                clip_sheet(),
                joint_sheet(),
                class_name="arrange",
            ),
            nothing_yet(),
        ),
        needed_sheet(shown),
        undo=rx.fragment(
            undo_toast(shown.undo_sentence, on_undo=shown.undo, on_close=shown.forget_undo),
            undo_toast(shown.removed, on_undo=shown.bring_back_track, on_close=shown.forget_removed),
        ),
        waiting=rx.el.div(
            rx.el.div(_player_room(), class_name="watch"), skeleton_grid(4, "shots"), class_name="arrange"
        ),
        next_step=_next_step(),
    )


def _next_step() -> rx.Component:
    """The film; before it only a longer clip that waits for credits, where it can be had. Photos that wait
    for them are animated on their own steps."""
    film = rx.cond(shown.head.kept > 0, next_bar(film_in_words(), to_the_film()))
    waiting = shown.waiting
    is_offered = (waiting.clip != "") & (shown.has_shop | (shown.balance >= waiting.cost))
    return rx.cond(is_offered, go_on_bar(shown, film), film)


def _player_room(*player: rx.Component) -> rx.Component:
    """As large as the player will be, whose scripts come after the page."""
    return rx.el.div(*player, class_name="player-room", style={"--ratio": shown.head.ratio})


def _first_picture() -> rx.Component:
    """Below the player, which lays the same over it as soon as its scripts are there."""
    return rx.el.div(
        rx.cond(
            shown.first_picture != "",
            rx.el.img(src=shown.first_picture, alt="", custom_attrs={"fetchPriority": "high"}),
        ),
        class_name=rx.cond(shown.first_ground != "", "first-picture card-first", "first-picture"),
        style={"background": shown.first_ground},
    )


def _history() -> rx.Component:
    """Undo and redo; each says what it would do."""
    return rx.el.div(
        _step("Undo", "undo_2", shown.undo_step, shown.undo),
        _step("Redo", "redo_2", shown.redo_step, shown.redo),
        history_keys(on_undo=shown.undo, on_redo=shown.redo),
        class_name="row history",
        role="group",
        custom_attrs={"aria-label": "Undo and redo"},
    )


def _step(label: str, icon_name: str, step: Any, do: Any) -> rx.Component:
    named = rx.cond(step != "", f"{label}: {step}", label)
    return button(
        label,
        kind="quiet",
        icon_name=icon_name,
        on_click=do,
        disabled=step == "",
        title=named,
        custom_attrs={"aria-label": named},
    )


def _between() -> rx.Component:
    return rx.el.section(
        intro("Between the clips", "How one clip becomes the next."),
        choices(
            "Between the clips",
            *[
                choice(
                    offered.label,
                    shown.transition == offered.kind,
                    icon(offered.icon),
                    on_click=shown.set_transition(offered.kind),
                )
                for offered in TRANSITIONS
            ],
        ),
        rx.cond(
            shown.transition != CUT,
            choices(
                "How long it takes",
                *[
                    choice(
                        f"{length:g} s",
                        shown.seconds == length,
                        on_click=shown.set_seconds(length),
                    )
                    for length in LENGTHS
                ],
                class_name="lengths",
            ),
        ),
        rx.foreach(shown.notes, lambda note: message(note)),
        class_name="stack",
    )
