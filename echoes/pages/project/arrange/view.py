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
    empty_state,
    icon,
    icon_button,
    link_button,
    message,
    skeleton,
    skeleton_grid,
)
from echoes.components.player import film_player
from echoes.components.sortable import sortable_clips
from echoes.components.uploader import music_uploader
from echoes.pages.common.shell import next_bar, undo_toast
from echoes.pages.common.state import vars_of
from echoes.pages.project.arrange.music.view import music_settings
from echoes.pages.project.arrange.state import ArrangementState, ArrangeState
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
                    ),
                    class_name="watch",
                ),
                rx.el.div(_history(), _order(), _between(), _music(), class_name="stack loose"),
                class_name="arrange",
            ),
            empty_state(
                "sparkles",
                "Keep a clip first",
                "The clips you keep appear here. Put them in order and choose the music.",
                link_button("Go to the clips", f"/project/{shown.project_id}/clips", kind="primary"),
            ),
        ),
        undo=undo_toast(shown.undo_sentence, on_undo=shown.undo, on_close=shown.forget_undo),
        waiting=rx.el.div(skeleton("14rem"), skeleton_grid(4, "shots"), class_name="stack loose"),
        next_step=rx.cond(
            shown.head.kept > 0,
            next_bar(
                f"Your film is {shown.length} long.",
                link_button("Continue to the film", f"/project/{shown.project_id}/film", kind="primary"),
            ),
        ),
    )


def _history() -> rx.Component:
    """Undo and redo; each says what it would do."""
    return rx.el.div(
        button(
            "Undo",
            icon_name="undo_2",
            on_click=shown.undo,
            disabled=shown.undo_step == "",
            title=shown.undo_step,
        ),
        button(
            "Redo",
            icon_name="redo_2",
            on_click=shown.redo,
            disabled=shown.redo_step == "",
            title=shown.redo_step,
        ),
        class_name="row",
        role="group",
        custom_attrs={"aria-label": "Undo and redo"},
    )


def _order() -> rx.Component:
    return rx.el.section(
        intro("The order", "Drag a clip to its place, or use the arrows under it."),
        sortable_clips(
            items=large.shots,
            ratio=shown.head.ratio,
            on_order=shown.reorder,
            on_remove=shown.leave_out,
        ),
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
        music_settings(),
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
