"""What a person may ask for, in words they would use: moves of the camera, or, of a provider that takes a
prompt, what happens in the picture."""

from dataclasses import dataclass

from echoes.providers.base import Model

SURPRISE = "surprise"
OWN_WORDS = "own_words"


@dataclass(frozen=True)
class Motion:
    """`phrase` is what a provider is told."""

    key: str
    label: str
    hint: str
    phrase: str = ""


MOVES = (
    Motion("push_in", "Come closer", "The camera moves slowly towards the subject."),
    Motion("pull_back", "Step back", "The camera moves away and shows more of the scene."),
    Motion("drift_left", "Drift left", "The camera glides to the left."),
    Motion("drift_right", "Drift right", "The camera glides to the right."),
    Motion("rise", "Rise", "The camera rises from bottom to top."),
)
SCENES = (
    Motion(
        "gentle_smile",
        "A gentle smile",
        "A face softens into a smile.",
        "The person breathes and softly begins to smile.",
    ),
    Motion(
        "look_around",
        "Look around",
        "Eyes and head turn a little.",
        "The person slowly looks around, eyes and head turning a little, and blinks naturally.",
    ),
    Motion(
        "hair_in_the_wind",
        "Hair in the wind",
        "A light breeze moves through the photo.",
        "A light breeze moves hair, clothes and leaves.",
    ),
    Motion(
        "camera_drifts_in",
        "The camera drifts in",
        "Slowly closer, with real depth.",
        "The camera drifts slowly and steadily towards the subject.",
    ),
    Motion(
        "sea_and_clouds",
        "Sea and clouds move",
        "Water, sky and leaves come alive.",
        "Water ripples, clouds drift and leaves stir; everything else is still.",
    ),
    Motion(
        SURPRISE,
        "Surprise me",
        "Echoes chooses what fits.",
        "Whatever would naturally move here moves a little: a breath, a glance, leaves, water, light.",
    ),
)
SURPRISES = ("push_in", "drift_right", "pull_back", "rise", "drift_left")
LABELS = {motion.key: motion.label for motion in (*MOVES, *SCENES)} | {
    SURPRISE: "A surprise",
    OWN_WORDS: "In your words",
}


def takes_words(model: Model) -> bool:
    return model.prompt_limit != 0


def motions_of(model: Model) -> tuple[Motion, ...]:
    """A surprise may be asked of every model; of those that move a camera it is one of the moves."""
    return SCENES if takes_words(model) else MOVES


def choose_motion(model: Model, motion: str, turn: int) -> str:
    """A surprise becomes a real move; neighbours in the film get different ones as a rule."""
    if motion == SURPRISE and not takes_words(model):
        return SURPRISES[turn % len(SURPRISES)]
    return motion
