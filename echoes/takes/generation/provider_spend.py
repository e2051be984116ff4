"""Provider spend: what providers charge, in their own credits, for figures that outlive takes and people."""

from uuid import UUID, uuid5

from sqlmodel import Session

from echoes.models import ProviderCost, Take


def record_spend(session: Session, take_id: UUID, provider: str, job_id: str, cost: float | None) -> None:
    """Once for each of the provider's jobs, however often and by whomever it is found out.

    Of an ended take too, and of one that is gone: it was charged for all the same.
    """
    if not cost:
        return
    take = session.get(Take, take_id, with_for_update=True, populate_existing=True)
    cost_id = uuid5(take_id, job_id)
    if session.get(ProviderCost, cost_id) is not None:
        return
    session.add(ProviderCost(id=cost_id, provider=provider, credits=cost))
    if take is not None:
        take.provider_cost = (take.provider_cost or 0.0) + cost
    session.flush()
