"""Transitions: how one clip becomes the next, in the order in which people are offered them.

The compiler draws a kind by `compiler/picture/transitions/<kind>.py`, the player by the function of that name
in `components/player/player_transitions.js`. tests/catalogue/test_transitions.py fails when one of the three
knows another.
"""

from dataclasses import dataclass

CUT = "cut"


@dataclass(frozen=True)
class TransitionChoice:
    kind: str
    """As a timeline names it, one of `compiler.timeline.model.TRANSITION_KINDS`."""
    label: str
    icon: str


TRANSITIONS = (
    TransitionChoice("crossfade", "Dissolve", "blend"),
    TransitionChoice("fade_black", "Through black", "moon"),
    TransitionChoice("fade_white", "Through white", "sun"),
    TransitionChoice("blur", "Through a blur", "droplet"),
    TransitionChoice("zoom", "Move closer", "zoom_in"),
    TransitionChoice("wipe", "Wipe across", "panel_left_open"),
    TransitionChoice("slide", "Slide over", "layers"),
    TransitionChoice("push", "Push aside", "move_left"),
    TransitionChoice(CUT, "Straight cut", "scissors"),
)
KINDS = frozenset(choice.kind for choice in TRANSITIONS)
LABELS = {choice.kind: choice.label for choice in TRANSITIONS}
