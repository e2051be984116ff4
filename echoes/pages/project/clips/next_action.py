"""Next action of the clips step: the one thing to do next, in words, out of the stages of all clips."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from echoes.pages.project.clips.offer import priced
from echoes.pages.project.clips.queries import ClipCard
from echoes.text.formatting import pluralize


@dataclass(frozen=True)
class NextAction:
    """The one thing to do next: animate, wait, keep or arrange."""

    does: str = ""
    label: str = ""
    sentence: str = ""


def is_to_animate(card: ClipCard) -> bool:
    """One tap for all leaves out what would fail just so again."""
    if card.is_aside:
        return False
    is_past = card.is_outdated or card.is_reframed
    return card.stage == "still" or is_past or (card.stage == "failed" and not card.remedy)


def next_action(cards: Sequence[ClipCard], price: int = 0) -> NextAction:
    count = Counter(card.stage for card in cards)
    making, ready, kept = (count[stage] for stage in ("making", "ready", "kept"))
    wanted = [card for card in cards if is_to_animate(card)]
    if making and not kept:
        return NextAction("wait", "Making your clips…", _meanwhile(ready))
    if not making and any(card.stage != "failed" for card in wanted):
        return NextAction(
            "animate", f"{_animate(wanted, cards)}{priced(price * len(wanted))}", _why(wanted, kept)
        )
    if ready and not kept:
        return NextAction(
            "keep", f"Keep {_these(ready, 'this', 'clip')}", "Or keep only the ones that feel true."
        )
    if kept:
        more = f", {making} on the way" if making else f", {ready} to watch" if ready else ""
        return NextAction("arrange", "Arrange your clips", f"{pluralize(kept, 'clip')} in your film{more}.")
    if len(wanted) == len(cards) > 1:
        label = f"Try {_these(len(cards), 'this', 'photo')} again{priced(price * len(cards))}"
        return NextAction("animate", label, "None of them has become a clip yet.")
    return NextAction()


def _meanwhile(ready: int) -> str:
    if not ready:
        return "You can close this page. They carry on without you."
    return f"{pluralize(ready, 'clip')} ready to watch. You can close this page; the rest carry on."


def _animate(wanted: Sequence[ClipCard], cards: Sequence[ClipCard]) -> str:
    if all(card.is_outdated for card in wanted):
        photos = "the rotated photo" if len(wanted) == 1 else f"the {len(wanted)} rotated photos"
        return f"Animate {photos} again"
    if all(card.is_reframed for card in wanted):
        clips_ = "the reframed clip" if len(wanted) == 1 else f"the {len(wanted)} reframed clips"
        return f"Make {clips_} again"
    return f"Animate {_these(len(wanted), 'this' if len(wanted) == len(cards) else 'the other', 'photo')}"


def _why(wanted: Sequence[ClipCard], kept: int) -> str:
    outdated = sum(card.is_outdated for card in wanted)
    if outdated:
        it, clip = ("it", "its clip was") if outdated == 1 else ("them", "their clips were")
        return f"You have rotated {it} since {clip} made."
    reframed = sum(card.is_reframed for card in wanted)
    if reframed:
        clip = "its clip was" if reframed == 1 else "their clips were"
        return f"You have changed the framing of {pluralize(reframed, 'photo')} since {clip} made."
    return f"{pluralize(kept, 'clip')} in your film so far." if kept else "Each photo gets a move of its own."


def _these(count: int, which: str, noun: str) -> str:
    """`which` is “this” for all that there are, or “the other”."""
    if count == 1:
        return f"{which} {noun}"
    return f"{'all' if which == 'this' else which} {count} {noun}s"
