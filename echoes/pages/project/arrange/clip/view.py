"""View of the clip sheet: part, caption, sound and take of one clip, and what else becomes of it."""

from typing import Any

import reflex as rx

from compiler.timeline.model import FRAME_RATE
from echoes.components.design import button, choice, choices, field, icon, link_button
from echoes.components.filmstrip import filmstrip
from echoes.components.words_field import words_field
from echoes.editing.words import LONGEST_WORDS
from echoes.pages.common.shell import sheet
from echoes.pages.common.state import vars_of
from echoes.pages.project.arrange.clip.state import ClipSheetState
from echoes.pages.project.arrange.order.state import ClipOrderState
from echoes.pages.project.arrange.state import ArrangeState

LOUDNESS = ((50, "Quieter"), (100, "As it is"), (150, "Louder"))
shown, act = vars_of(ArrangeState), vars_of(ClipSheetState)


def clip_sheet() -> rx.Component:
    clip = shown.clip
    return sheet(
        _part(clip),
        _caption(clip),
        rx.cond(clip.has_audio, _sound(clip)),
        rx.cond(clip.takes.length() > 0, _takes(clip)),
        _longer(clip),
        rx.el.div(
            button("Show it again", icon_name="copy_plus", on_click=act.show_again(clip.id)),
            button(
                "Leave it out of the film",
                kind="quiet",
                icon_name="x",
                on_click=vars_of(ClipOrderState).leave_out(clip.id),
            ),
            class_name="row between clip-ways",
        ),
        title=clip.title,
        wide=True,
        is_open=clip.id != "",
        on_close=act.close_clip,
    )


def _part(clip: Any) -> rx.Component:
    return rx.el.section(
        filmstrip(
            src=clip.src,
            poster=clip.poster,
            ratio=clip.ratio,
            frames=clip.frames,
            fps=FRAME_RATE,
            shortest=clip.shortest,
            start=clip.start,
            end=clip.end,
            on_trim=lambda start, end: act.trim(clip.id, start, end),
            key=clip.id,
        ),
        rx.el.div(
            button(
                "Shorter",
                icon_name="minus",
                on_click=act.make_shorter(clip.id),
                disabled=clip.end - clip.start <= clip.shortest,
            ),
            rx.cond(
                clip.end - clip.start < clip.frames,
                button("Longer", icon_name="plus", on_click=act.make_longer(clip.id)),
                button(
                    f"Longer{clip.once}",
                    icon_name="plus",
                    on_click=act.request_longer(clip.id, clip.longer[0], clip.price),
                    disabled=(clip.longer.length() == 0) | clip.is_being_made,
                ),
            ),
            class_name="row lengths-row",
        ),
        class_name="stack tight",
    )


def _caption(clip: Any) -> rx.Component:
    return rx.el.div(
        field(
            "Caption",
            words_field(
                id="clip-caption",
                value=clip.caption,
                longest=LONGEST_WORDS,
                placeholder="Grandma’s garden, 1987",
                on_save=lambda text: act.set_caption(clip.id, text),
                key=clip.id,
            ),
            "clip-caption",
        ),
        rx.cond(
            (clip.date != "") & (clip.date != clip.caption),
            button(
                f"Use the date: {clip.date}",
                kind="quiet",
                icon_name="calendar",
                on_click=act.set_caption(clip.id, clip.date),
            ),
        ),
        class_name="stack tight",
    )


def _sound(clip: Any) -> rx.Component:
    return rx.el.div(
        rx.el.label(
            rx.el.input(
                type="checkbox",
                checked=clip.has_sound,
                on_change=lambda is_on: act.set_sound(clip.id, is_on, clip.volume),
            ),
            "Play the clip’s own sound",
            class_name="row check",
        ),
        rx.cond(
            clip.has_sound,
            choices(
                "How loud the clip is",
                *[
                    choice(label, clip.volume == percent, on_click=act.set_sound(clip.id, True, percent))
                    for percent, label in LOUDNESS
                ],
                class_name="lengths",
            ),
        ),
        class_name="stack tight",
    )


def _takes(clip: Any) -> rx.Component:
    return rx.el.section(
        rx.el.h3("Other clips of this photo"),
        rx.el.ul(
            rx.foreach(clip.takes, lambda take: _take(clip, take)),
            class_name="other-takes",
        ),
        class_name="stack tight",
    )


def _take(clip: Any, take: Any) -> rx.Component:
    return rx.el.li(
        rx.el.button(
            rx.el.img(src=take.poster, alt="", loading="lazy"),
            rx.el.span(rx.cond(take.is_shown, icon("check", 16), None), take.label, class_name="small"),
            type="button",
            class_name="other-take",
            custom_attrs={"aria-pressed": take.is_shown},
            on_click=act.choose_take(clip.id, take.id),
        ),
        key=take.id,
    )


def _longer(clip: Any) -> rx.Component:
    """What is possible beyond the clip's own length."""
    return rx.el.details(
        rx.el.summary("For a longer clip…"),
        rx.el.div(
            rx.cond(
                clip.is_being_made,
                rx.el.p("A new clip of this photo is being made.", role="status"),
                rx.cond(clip.longer.length() > 0, _lengths(clip), _no_longer(clip)),
            ),
            class_name="stack tight",
        ),
        class_name="fold",
    )


def _lengths(clip: Any) -> rx.Component:
    return rx.fragment(
        rx.el.p(
            f"The whole clip is {clip.whole} long. A longer one can be made, {clip.costs}; it takes this"
            " one’s place when it is ready."
        ),
        rx.el.div(
            rx.foreach(
                clip.longer,
                lambda seconds: button(
                    f"{seconds} seconds{clip.once}",
                    on_click=act.request_longer(clip.id, seconds, clip.price),
                ),
            ),
            class_name="row",
        ),
    )


def _no_longer(clip: Any) -> rx.Component:
    return rx.fragment(
        rx.el.p(
            f"The whole clip is {clip.whole} long. To see this photo for longer, show the clip again, or make"
            " another one with a different move."
        ),
        link_button("Go to the clips", f"/project/{shown.project_id}/clips"),
    )
