"""View of the music section: the tracks to choose from, and what plays in the film."""

from typing import Any

import reflex as rx

from echoes.components.audio_preview import audio_preview
from echoes.components.design import badge, card, icon, icon_button
from echoes.components.uploader import music_uploader
from echoes.pages.common.state import vars_of
from echoes.pages.project.arrange.music.settings_view import music_settings
from echoes.pages.project.arrange.music.state import MusicSettingsState
from echoes.pages.project.arrange.state import ArrangementState, ArrangeState
from echoes.pages.project.view import intro
from echoes.text.isolation import isolated

shown, large, act = vars_of(ArrangeState), vars_of(ArrangementState), vars_of(MusicSettingsState)


def music_section() -> rx.Component:
    return rx.el.section(
        intro(
            "The music",
            "Listen, then choose. It repeats or is cut to fit your film, and fades at the end.",
        ),
        card(
            rx.el.ul(_silence(), rx.foreach(large.tracks, _track), class_name="tracks"),
            padded=False,
        ),
        music_uploader(project=shown.project_id, arrived=large.own_tracks, largest=shown.largest_music),
        rx.cond(shown.chosen.ids.length() > 1, _in_turn()),
        rx.cond(shown.music_id != "", _volume()),
        music_settings(),
        class_name="stack",
    )


def _silence() -> rx.Component:
    return rx.el.li(
        rx.el.span(icon("volume_off"), class_name="track-icon"),
        _track_choice("No music", "", "", "", shown.music_id == ""),
        class_name=rx.cond(shown.music_id == "", "track chosen", "track"),
    )


def _track(track: Any) -> rx.Component:
    is_chosen = shown.chosen.ids.contains(track.id)
    return rx.el.li(
        audio_preview(track.address, isolated(track.title)),
        _track_choice(track.title, track.mood, track.lasts, track.id, is_chosen),
        rx.cond(
            (shown.music_id != "") & ~shown.chosen.is_full,
            icon_button(
                f"Play {isolated(track.title)} as well, at the end",
                "list_plus",
                on_click=act.add_track(track.id),
            ),
        ),
        rx.cond(
            track.is_own,
            icon_button(f"Delete {isolated(track.title)}", "trash_2", on_click=shown.remove_track(track.id)),
        ),
        class_name=rx.cond(is_chosen, "track chosen", "track"),
        key=track.id,
    )


def _track_choice(
    title: str | rx.Var[str],
    mood: str | rx.Var[str],
    length: str | rx.Var[str],
    track_id: str | rx.Var[str],
    is_chosen: Any,
) -> rx.Component:
    return rx.el.button(
        rx.el.span(rx.el.strong(title), rx.el.span(mood, class_name="small soft"), class_name="track-words"),
        rx.el.span(length, class_name="small soft numbers"),
        rx.cond(is_chosen, badge("Chosen", icon_name="check", good=True)),
        type="button",
        class_name="track-choice",
        custom_attrs={"aria-pressed": is_chosen},
        on_click=shown.set_music(track_id),
    )


def _in_turn() -> rx.Component:
    """The tracks of the film, one after another."""
    return rx.el.div(
        rx.el.span("The music of your film, in order", class_name="label", id="music-in-turn"),
        rx.el.ol(
            rx.foreach(shown.chosen.tracks, _playing),
            class_name="tracks-in-turn",
            custom_attrs={"aria-labelledby": "music-in-turn"},
        ),
        class_name="field",
    )


def _playing(track: Any, place: Any) -> rx.Component:
    last = shown.chosen.tracks.length() - 1
    return rx.el.li(
        rx.el.span(place + 1, class_name="numbers soft"),
        rx.el.strong(track.title),
        rx.el.span(track.lasts, class_name="small soft numbers"),
        rx.el.span(
            icon_button(
                f"Play {isolated(track.title)} earlier",
                "chevron_up",
                on_click=act.move_track(place, -1),
                disabled=place == 0,
            ),
            icon_button(
                f"Play {isolated(track.title)} later",
                "chevron_down",
                on_click=act.move_track(place, 1),
                disabled=place == last,
            ),
            icon_button(
                f"Take {isolated(track.title)} out of the film", "x", on_click=act.remove_track(place)
            ),
            class_name="row",
        ),
        class_name="track-in-turn",
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
