"""Takes that are made without the engine, and the credits that were refunded for them."""

import asyncio

from sqlmodel import col, select

from echoes.credits import ledger, refunds
from echoes.database import Database
from echoes.models import CreditEntry, EntryKind, JobStatus, Take, now
from echoes.takes.generation.generating import GenerateTake
from echoes.takes.generation.provider_cancellation import CancelTake
from tests.support.jobs.making import (
    DirectSteps,
    reread,
)
from tests.support.jobs.workflows import said_to


async def make(take: Take) -> Take:
    await GenerateTake().run(DirectSteps(), str(take.id))
    made: Take = await asyncio.to_thread(reread, take)
    return made


def refunded(database: Database, take: Take) -> list[str]:
    """The notes of what came back for it; the books are right whenever this is asked."""
    with database.reading() as session:
        assert ledger.differences(session) == []
        back = select(CreditEntry).where(
            col(CreditEntry.kind) == EntryKind.REFUND,
            col(CreditEntry.reference) == refunds.reference(take.id),
        )
        return [entry.note for entry in session.exec(back)]


def ordered(database: Database, take: Take, job_id: str | None = "job-1") -> None:
    """As if a worker had ordered it, and were watching it."""
    with database.unscoped() as session:
        row = session.get_one(Take, take.id)
        row.status, row.submitted_at, row.provider_job_id = JobStatus.RUNNING, now(), job_id


async def tell(take: Take) -> None:
    """The job that tells the provider, as the engine would run it."""
    await CancelTake().run(DirectSteps(), said_to(f"cancel_take:{take.id}"))
