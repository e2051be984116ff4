"""View of the music's settings: where it begins, how it ends, its length and the film's, cuts on the beat."""

import reflex as rx

from echoes.components.design import button, choice, choices, message
from echoes.components.waveform import waveform
from echoes.models import BeatCuts
from echoes.pages.common.state import vars_of
from echoes.pages.project.arrange.music.state import MusicSettingsState
from echoes.pages.project.arrange.state import ArrangementState, ArrangeState
from echoes.text.isolation import isolated

FADES = ((0.0, "None"), (2.0, "2 s"), (5.0, "5 s"), (10.0, "10 s"))
BEATS = (
    (BeatCuts.OFF, "Off"),
    (BeatCuts.WHERE_IT_FITS, "Where it fits"),
    (BeatCuts.EVERY_BAR, "Every bar"),
    (BeatCuts.EVERY_BEAT, "Every beat"),
)
shown, large, act = vars_of(ArrangeState), vars_of(ArrangementState), vars_of(MusicSettingsState)


def music_settings() -> rx.Component:
    return rx.cond(
        shown.chosen.id != "",
        rx.el.div(_start(), _fade(), _repeats(), _beats(), _lengths(), class_name="stack"),
        message("Your film has no music. It is silent unless a clip has sound of its own."),
    )


def _start() -> rx.Component:
    return rx.el.div(
        rx.el.span(
            rx.cond(
                shown.chosen.ids.length() > 1,
                f"Where {isolated(shown.chosen.title)} begins",
                "Where the music begins",
            ),
            class_name="label",
        ),
        waveform(
            peaks=large.peaks,
            duration=shown.chosen.duration,
            latest=shown.chosen.latest_start,
            start=shown.chosen.start,
            on_start=act.set_start,
        ),
        class_name="field",
    )


def _fade() -> rx.Component:
    return rx.el.div(
        rx.el.span("How long the music fades at the end", class_name="label"),
        choices(
            "How long the music fades at the end",
            *[
                choice(label, shown.chosen.fade_out == seconds, on_click=act.set_fade_out(seconds))
                for seconds, label in FADES
            ],
        ),
        class_name="field",
    )


def _repeats() -> rx.Component:
    label = "When the music ends before the film"
    return rx.el.div(
        rx.el.span(label, class_name="label"),
        choices(
            label,
            choice("It plays again", shown.chosen.repeats, on_click=act.set_repeats(True)),
            choice("The rest is quiet", ~shown.chosen.repeats, on_click=act.set_repeats(False)),
        ),
        class_name="field",
    )


def _lengths() -> rx.Component:
    """One tap each: the answer is said, and can be undone."""
    return rx.el.div(
        rx.el.span("Match the film and the music", class_name="label"),
        rx.el.div(
            button("Film as long as the music", kind="second", icon_name="film", on_click=act.fit_film),
            button("Music as long as the film", kind="second", icon_name="music", on_click=act.fit_music),
            class_name="row",
        ),
        class_name="field",
    )


def _beats() -> rx.Component:
    return rx.cond(
        shown.chosen.has_beats,
        rx.el.div(
            rx.el.span("Cuts on the beat", class_name="label"),
            choices(
                "Cuts on the beat",
                *[
                    choice(
                        label, shown.chosen.beat_cuts == kind.value, on_click=act.set_beat_cuts(kind.value)
                    )
                    for kind, label in BEATS
                ],
            ),
            class_name="field",
        ),
    )
