"""View of the joint sheet: every kind of transition as a small moving picture, and how long it takes."""

from typing import Any

import reflex as rx

from echoes.catalogue.transitions import CUT, TRANSITIONS, TransitionChoice
from echoes.components.design import button, choice, choices, message
from echoes.components.transition_picture import transition_picture
from echoes.pages.common.shell import sheet
from echoes.pages.common.state import vars_of
from echoes.pages.project.arrange.joint.state import JointState
from echoes.pages.project.arrange.state import ArrangeState

LENGTHS = (0.5, 1.0, 1.5, 2.0)
shown, act = vars_of(ArrangeState), vars_of(JointState)


def joint_sheet() -> rx.Component:
    joint = shown.joint
    return sheet(
        choices(
            "How one clip becomes the next",
            *[_kind(joint, offered) for offered in TRANSITIONS],
            class_name="joint-kinds",
        ),
        rx.cond(joint.kind != CUT, _lengths(joint)),
        rx.cond(joint.note != "", message(joint.note)),
        rx.el.div(
            button(
                "The same everywhere",
                icon_name="copy_check",
                on_click=act.same_everywhere(joint.kind, joint.seconds),
            ),
            class_name="row",
        ),
        title=joint.title,
        wide=True,
        is_open=joint.id != "",
        on_close=act.close_joint,
    )


def _kind(joint: Any, offered: TransitionChoice) -> rx.Component:
    return rx.el.button(
        transition_picture(kind=offered.kind, before=joint.before, after=joint.after),
        rx.el.span(offered.label),
        type="button",
        class_name="joint-kind",
        style={"--ratio": shown.head.ratio},
        custom_attrs={"aria-pressed": joint.kind == offered.kind},
        on_click=act.set_joint(joint.id, offered.kind, joint.seconds),
    )


def _lengths(joint: Any) -> rx.Component:
    return choices(
        "How long it takes",
        *[
            choice(
                f"{length:g} s",
                joint.seconds == length,
                on_click=act.set_joint(joint.id, joint.kind, length),
            )
            for length in LENGTHS
        ],
        class_name="lengths",
    )
