"""View of the clips step."""

from typing import Any

import reflex as rx

from echoes.catalogue.aspects import ASPECTS
from echoes.components.clip_video import clip_video
from echoes.components.design import (
    announce,
    badge,
    button,
    card,
    choice,
    choices,
    empty_state,
    icon,
    link_button,
    message,
    progress,
    skeleton_grid,
)
from echoes.pages.common.shell import next_bar, undo_toast
from echoes.pages.common.state import vars_of
from echoes.pages.credits.out_of_credits.view import go_on_bar, needed_sheet
from echoes.pages.project.clips.framing.view import act as frame
from echoes.pages.project.clips.framing.view import framed_photo
from echoes.pages.project.clips.selection import clip_actions, clip_box
from echoes.pages.project.clips.sheet import open_clip
from echoes.pages.project.clips.state import ClipCardsState, ClipsState
from echoes.pages.project.selecting.view import selection_tools
from echoes.pages.project.view import intro, project_page
from echoes.takes.motions import SURPRISE

shown, large = vars_of(ClipsState), vars_of(ClipCardsState)


def clips_step() -> rx.Component:
    return project_page(
        "clips",
        rx.cond(
            shown.head.photos > 0,
            rx.fragment(
                rx.cond(
                    shown.overview.nothing_moves,
                    intro("Let them move", "All of them at once, or choose a move for each."),
                    intro(
                        "Now they move",
                        "Tap a clip to play it. Keep the ones that feel true; try another move for the rest.",
                    ),
                ),
                _promise(),
                _shape(),
                _for_all(),
                rx.el.ul(
                    rx.foreach(large.cards, _card),
                    class_name=rx.cond(shown.head.aspect == "9:16", "clip-grid narrow", "clip-grid"),
                    style={"--ratio": shown.head.ratio},
                ),
            ),
            empty_state(
                "images",
                "There are no photos yet",
                "Add some first, and watch them start to move here.",
                link_button("Go to the photos", f"/project/{shown.project_id}/photos", kind="primary"),
            ),
        ),
        announce(shown.overview.spoken),
        open_clip(),
        needed_sheet(shown),
        undo=undo_toast(shown.removed, on_undo=shown.bring_back, on_close=shown.forget_removed),
        waiting=skeleton_grid(6, "clip-grid"),
        next_step=rx.cond(
            shown.is_selecting,
            clip_actions(),
            go_on_bar(shown, rx.cond(shown.todo.does != "", next_bar(shown.todo.sentence, _next()))),
        ),
    )


def _for_all() -> rx.Component:
    """What can be done with many at once, beside the one thing to do next."""
    keep = button(shown.overview.rest, icon_name="check", on_click=shown.keep_all)
    stop = button(
        shown.overview.stop_label,
        kind="quiet",
        icon_name="circle_stop",
        busy=shown.is_stopping,
        on_click=shown.stop_all,
    )
    return rx.el.div(
        rx.cond(~shown.is_selecting & (shown.overview.rest != ""), keep),
        rx.cond(~shown.is_selecting & (shown.overview.stop_label != ""), stop),
        rx.cond(shown.head.photos > 1, selection_tools(shown)),
        class_name="row for-all",
    )


def _next() -> rx.Component:
    label = shown.todo.label
    return rx.match(
        shown.todo.does,
        (
            "animate",
            button(
                label,
                kind="primary",
                icon_name="sparkles",
                busy=shown.is_busy,
                on_click=shown.animate_all(shown.offer.price),
            ),
        ),
        ("wait", button(label, kind="primary", busy=rx.Var.create(True))),
        ("keep", button(label, kind="primary", icon_name="check", on_click=shown.keep_all)),
        link_button(label, f"/project/{shown.project_id}/arrange", kind="primary"),
    )


def _promise() -> rx.Component:
    """Here, because most clips are asked for without opening one."""
    fairness = shown.offer.fairness
    return rx.cond(
        shown.offer.is_used_up,
        message(fairness),
        rx.cond(fairness != "", rx.el.p(fairness, class_name="small soft")),
    )


def _shape() -> rx.Component:
    return rx.el.details(
        rx.el.summary(
            icon("ratio"),
            rx.match(
                shown.head.aspect,
                *((offered.aspect.value, offered.said) for offered in ASPECTS),
                ASPECTS[0].said,
            ),
            rx.el.span("Change", class_name="link-like"),
            class_name="shape-summary",
        ),
        choices(
            "Shape of the film",
            *[
                choice(
                    offered.label,
                    shown.head.aspect == offered.aspect.value,
                    icon(offered.icon),
                    on_click=shown.set_shape(offered.aspect.value),
                )
                for offered in ASPECTS
            ],
        ),
        rx.el.p(
            "Wide suits a television, tall suits a phone. Changing the shape means making the clips again."
            " The old ones are kept.",
            class_name="small soft",
        ),
        class_name="shape",
    )


def _card(clip: Any) -> rx.Component:
    return rx.el.li(
        card(
            _picture(clip),
            rx.cond(clip.problem != "", message(clip.problem, kind="error")),
            rx.cond(clip.is_aside, message("Not used in your film. You can animate it all the same.")),
            rx.cond(clip.note != "", message(clip.note)),
            rx.cond(
                clip.is_outdated,
                message("You have rotated this photo since. The clip still shows it as it was."),
            ),
            rx.cond(
                clip.is_reframed & ~clip.is_outdated,
                message("You have changed its framing. The clip still shows it as it was."),
            ),
            rx.cond(shown.is_selecting, clip_box(clip), rx.el.div(_tools(clip), class_name="clip-tools")),
            padded=False,
            class_name=f"clip-card {clip.stage}",
        ),
        key=clip.photo,
    )


def _picture(clip: Any) -> rx.Component:
    return rx.el.div(
        rx.cond(
            (clip.clip == "") | shown.seen_still.contains(clip.photo),
            framed_photo(clip, rx.cond(clip.clip == "", clip.name, "")),
        ),
        rx.cond(
            clip.clip != "",
            clip_video(
                clip.clip,
                clip.poster,
                f"clip {clip.number}, {clip.label}",
                begins=(clip.take == shown.first_moving) & (clip.take != ""),
            ),
        ),
        rx.cond(clip.stage == "kept", badge("In your film", icon_name="check", good=True)),
        rx.cond(clip.stage == "making", _making(clip)),
        rx.cond(clip.stage == "failed", rx.el.span(icon("video_off", 22), class_name="failed-mark")),
        class_name="clip-picture",
        custom_attrs={"inert": shown.is_selecting},
    )


def _making(clip: Any) -> rx.Component:
    percent = shown.progress[clip.take].to(int)
    return rx.el.div(
        rx.el.span(shown.doing[clip.take], class_name="numbers"),
        progress(percent, f"Clip {clip.number}"),
        class_name="clip-making",
    )


def _tools(clip: Any) -> rx.Component:
    change = shown.open_clip(clip.photo)
    anew = button(
        f"Animate again{shown.offer.once}",
        icon_name="sparkles",
        on_click=shown.animate(clip.photo, SURPRISE, shown.offer.price),
    )
    reframed = rx.cond(
        clip.is_reframed & ~clip.is_outdated,
        button(
            f"Make it again{shown.offer.once}",
            icon_name="sparkles",
            on_click=frame.make_again(clip.photo, shown.offer.price),
        ),
    )
    return rx.match(
        clip.stage,
        ("making", button("Stop", kind="quiet", on_click=shown.stop(clip.clip_id))),
        (
            "ready",
            rx.fragment(
                rx.cond(clip.is_outdated, anew),
                reframed,
                button("Keep", icon_name="check", on_click=shown.keep(clip.take)),
                button(_again(clip), kind="quiet", on_click=change),
            ),
        ),
        (
            "kept",
            rx.fragment(
                rx.cond(clip.is_outdated, anew),
                reframed,
                button(rx.cond(clip.is_fresh, "New clip ready", "Change"), kind="quiet", on_click=change),
            ),
        ),
        ("failed", _after_failure(clip, change)),
        rx.fragment(
            button(
                f"Animate{shown.offer.once}",
                icon_name="sparkles",
                on_click=shown.animate(clip.photo, SURPRISE, shown.offer.price),
            ),
            button("Choose a move", kind="quiet", on_click=change),
        ),
    )


def _after_failure(clip: Any, change: Any) -> rx.Component:
    """What the sentence above advises, and nothing that it advises against."""
    other_photo = link_button("Another photo", f"/project/{shown.project_id}/photos", icon_name="images")
    return rx.match(
        clip.remedy,
        ("photo", other_photo),
        ("otherwise", rx.fragment(button("Another motion", on_click=change), other_photo)),
        button("Try again", icon_name="rotate_ccw", on_click=change),
    )


def _again(clip: Any) -> rx.Var[str]:
    return rx.cond(
        shown.offer.takes_words, rx.cond(clip.remedy == "", "Try again", "Another motion"), "Another move"
    )
