"""View of several clips at once: what can be done with the selected ones."""

from typing import Any

import reflex as rx

from echoes.pages.common.state import vars_of
from echoes.pages.project.clips.state import ClipsState
from echoes.pages.project.selecting.view import selection_action, selection_bar, selection_box
from echoes.text.isolation import isolated

shown = vars_of(ClipsState)


def clip_box(clip: Any) -> rx.Component:
    return selection_box(shown, clip.photo, f"Select photo {clip.number}, {isolated(clip.name)}")


def clip_actions() -> rx.Component:
    """With the price of the one that costs something, before it is tapped."""
    count = shown.selected.length()
    cost = shown.offer.price * count
    priced = f"{count} selected. Animating them takes {cost} {rx.cond(cost == 1, 'credit', 'credits')}."
    return selection_bar(
        shown,
        "clips",
        rx.cond(cost > 0, priced, f"{count} selected"),
        selection_action(shown, "Keep", "check", shown.keep_selected),
        selection_action(shown, "Leave out", "eye_off", shown.leave_out_selected),
        selection_action(shown, "Animate", "sparkles", shown.animate_selected(shown.offer.price)),
        selection_action(shown, "Remove", "trash_2", shown.remove_selected),
    )
