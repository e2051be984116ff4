"""View of the arrange step."""

from typing import Any

import reflex as rx

from echoes.catalogue.transitions import CUT, TRANSITIONS
from echoes.components.audio_preview import audio_preview
from echoes.components.design import (
    badge,
    button,
    card,
    choice,
    choices,
    icon,
    icon_button,
    message,
    skeleton,
    skeleton_grid,
)
from echoes.components.history_keys import history_keys
from echoes.components.player import film_player
from echoes.components.uploader import music_uploader
from echoes.pages.common.shell import next_bar, undo_toast
from echoes.pages.common.state import vars_of
from echoes.pages.project.arrange.clip.view import clip_sheet
from echoes.pages.project.arrange.first_cut import film_in_words, nothing_yet, to_the_film
from echoes.pages.project.arrange.joint.view import joint_sheet
from echoes.pages.project.arrange.looks import looks_section
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
                    film_player(
                        film=large.film,
                        clips=large.sources,
                        words=large.words,
                        music=shown.music_address,
                        ratio=shown.head.ratio,
                        jump=shown.jump,
                    ),
                    _history(),
                    class_name="watch",
                ),
                rx.el.div(
                    looks_section(),
                    order_section(),
                    _music(),
                    words_section(),
                    _between(),
                    class_name="stack loose",
                ),
                clip_sheet(),
                joint_sheet(),
                class_name="arrange",
            ),
            nothing_yet(),
        ),
        undo=undo_toast(shown.undo_sentence, on_undo=shown.undo, on_close=shown.forget_undo),
        waiting=rx.el.div(skeleton("14rem"), skeleton_grid(4, "shots"), class_name="stack loose"),
        next_step=rx.cond(
            shown.head.kept > 0,
            next_bar(film_in_words(), to_the_film()),
        ),
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


def _music() -> rx.Component:
    return rx.el.section(
        intro(
            "The music",
            "Listen, then choose. It repeats or is cut to fit your film, and fades at the end.",
        ),
        card(
            rx.el.ul(_silence(), rx.foreach(large.tracks, _track), class_name="tracks"),
            padded=False,
        ),
        rx.cond(shown.music_id != "", _volume()),
        music_uploader(project=shown.project_id, arrived=large.own_tracks, largest=shown.largest_music),
        class_name="stack",
    )


def _silence() -> rx.Component:
    return rx.el.li(
        rx.el.span(icon("volume_off"), class_name="track-icon"),
        _track_choice("No music", "", "", ""),
        class_name=rx.cond(shown.music_id == "", "track chosen", "track"),
    )


def _track(track: Any) -> rx.Component:
    return rx.el.li(
        audio_preview(track.address, track.title),
        _track_choice(track.title, track.mood, track.lasts, track.id),
        rx.cond(
            track.is_own,
            icon_button(f"Delete {track.title}", "trash_2", on_click=shown.remove_track(track.id)),
        ),
        class_name=rx.cond(shown.music_id == track.id, "track chosen", "track"),
        key=track.id,
    )


def _track_choice(
    title: str | rx.Var[str], mood: str | rx.Var[str], length: str | rx.Var[str], track_id: str | rx.Var[str]
) -> rx.Component:
    is_chosen = shown.music_id == track_id
    return rx.el.button(
        rx.el.span(rx.el.strong(title), rx.el.span(mood, class_name="small soft"), class_name="track-words"),
        rx.el.span(length, class_name="small soft numbers"),
        rx.cond(is_chosen, badge("Chosen", icon_name="check", good=True)),
        type="button",
        class_name="track-choice",
        custom_attrs={"aria-pressed": is_chosen},
        on_click=shown.set_music(track_id),
    )


def _volume() -> rx.Component:
    return rx.el.div(
        rx.el.label("How loud the music is", html_for="volume"),
        rx.el.input(
            type="range",
            id="volume",
            min=0,
            max=100,
            step=5,
            default_value=shown.volume.to_string(),
            on_change=shown.set_volume.debounce(250),
            custom_attrs={"aria-valuetext": f"{shown.volume} percent"},
        ),
        class_name="field",
    )
