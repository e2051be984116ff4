"""The camera moves that a person may ask for, in words they would use."""

from dataclasses import dataclass

SURPRISE = "surprise"


@dataclass(frozen=True)
class Motion:
    key: str
    label: str
    hint: str


MOTIONS = (
    Motion("push_in", "Come closer", "The camera moves slowly towards the subject."),
    Motion("pull_back", "Step back", "The camera moves away and shows more of the scene."),
    Motion("drift_left", "Drift left", "The camera glides to the left."),
    Motion("drift_right", "Drift right", "The camera glides to the right."),
    Motion("rise", "Rise", "The camera lifts from bottom to top."),
)
MOTION_KEYS = tuple(motion.key for motion in MOTIONS)
SURPRISES = ("push_in", "drift_right", "pull_back", "rise", "drift_left")


def settle_motion(motion: str, turn: int) -> str:
    """A surprise becomes a real move; neighbours in the film get different ones as a rule."""
    return SURPRISES[turn % len(SURPRISES)] if motion == SURPRISE else motion
