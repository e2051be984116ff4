"""Progress label of a take: how far it is, and its ETA if that is known."""

from echoes.clips.estimates import WaitEstimate
from echoes.models import JobStatus, Take
from echoes.takes.lifecycle import FETCHING, FINISHING, MAKING, SENDING, WAITING
from echoes.text.formatting import QUEUED, about, pluralize

HELD = "Waiting for approval"
STAGES = {
    SENDING: "Sending your photo",
    FETCHING: "Bringing the clip here",
    FINISHING: "Finishing touches",
}


def percent_of(take: Take) -> int:
    """Nothing means that it waits: what has begun has gone a little way."""
    waits = take.status == JobStatus.WAITING or take.stage == WAITING
    return 0 if waits else max(1, round(take.progress * 100))


def doing(take: Take, estimate: WaitEstimate, beside: int = 0) -> str:
    """`beside`: how many more of the same photo are under way."""
    if take.held_at is not None:
        return HELD
    what = _waiting(estimate) if take.status == JobStatus.WAITING else _at_work(take)
    parts = [what, about(estimate.seconds), f"and {beside} more" if beside else ""]
    return " · ".join(part for part in parts if part)


def _waiting(estimate: WaitEstimate) -> str:
    ahead = estimate.ahead
    if estimate.waits_for_tomorrow:
        return "Continues by itself tomorrow"
    if not ahead:
        return QUEUED if ahead is None else "Next in line"
    return f"{pluralize(ahead, 'clip')} ahead of it"


def _at_work(take: Take) -> str:
    if take.stage == WAITING:
        place = take.queue_position
        return "Waiting at the studio" if not place else f"Waiting at the studio, {place} ahead of it"
    if take.stage in (MAKING, ""):
        return f"Making it move, {percent_of(take)}%" if take.progress else "Making it move"
    return STAGES.get(take.stage, "Making it move")
