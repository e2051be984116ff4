"""Summary of the clips step: what is said of all its clips at once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from echoes.pages.project.clips.next_action import NextAction
from echoes.pages.project.clips.queries import ClipCard
from echoes.text.formatting import pluralize


@dataclass(frozen=True)
class ClipsOverview:
    nothing_moves: bool = True
    spoken: str = ""
    """For those who listen: how the making goes, said anew only when a clip has ended."""
    rest: str = ""
    """Who keeps many need not tap each: offered while the bar below is about something else."""
    stop_label: str = ""
    """Of one, its card says it."""


def overview_of(cards: Sequence[ClipCard], todo: NextAction) -> ClipsOverview:
    count = Counter(card.stage for card in cards)
    making, ready = count["making"], count["ready"]
    which = {"arrange": "the other", "wait": "these"}.get(todo.does, "")
    return ClipsOverview(
        nothing_moves=count.keys() <= {"still", "failed"},
        spoken=f"Being made: {pluralize(making, 'clip')}." if making else todo.sentence,
        rest=f"Keep {which} {ready} clips" if ready > 1 and which else "",
        stop_label=f"Stop all {making}" if making > 1 else "",
    )
