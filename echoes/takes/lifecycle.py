"""Take lifecycle: asked for, made by its provider, conformed, ended once, with its money settled."""

from typing import Any
from uuid import UUID

from sqlmodel import Session, col, func, select, update

from echoes.credits import refunds
from echoes.jobs import outcomes
from echoes.jobs.base import step_name
from echoes.jobs.lifecycle import JobOutcome, RowJob
from echoes.jobs.names import JobName
from echoes.jobs.requests import enqueue
from echoes.models import UNFINISHED, Clip, JobStatus, Project, Take, now
from echoes.storage import get_storage
from echoes.takes.cancellation import lock_project_of
from echoes.takes.files import KIND, take_keys

SENDING, WAITING, MAKING, FETCHING, FINISHING = "sending", "waiting", "making", "fetching", "finishing"
"""The stages of a take that is being worked on."""
NOT_BACK = (
    "Today’s refunds for refused photos are used up, so this credit does not come back."
    " Please try another photo."
)


class TakeJob(RowJob):
    """One of the two that make a take. `make` answers with a raw key when the second one has to follow."""

    table = Take
    kind = KIND
    subject_is = "take"

    def project_of(self, session: Session, row_id: UUID) -> UUID | None:
        project = select(Clip.project_id).join(Take, col(Take.clip_id) == col(Clip.id))
        return session.exec(project.where(col(Take.id) == row_id)).one_or_none()

    def file_keys(self, owner_id: UUID, row_id: UUID) -> tuple[str, ...]:
        return take_keys(owner_id, row_id)

    def lock(self, session: Session, row_id: UUID) -> None:
        lock_project_of(session, row_id)

    def start(self, session: Session, row_id: UUID) -> bool:
        began = {"started_at": func.coalesce(col(Take.started_at), now())}
        return outcomes.change(session, Take, row_id, status=JobStatus.RUNNING, **self.fresh, **began)

    @step_name("TakeJob.settle")
    def settle(self, session: Session, subject: str, outcome: JobOutcome) -> bool:
        take_id, made = UUID(subject), outcome["made"]
        self.lock(session, take_id)
        take = session.get(Take, take_id)
        if take is None:
            return False
        if made is not None and made.get("raw_key"):
            return self._hand_over(session, take, made)
        if made is not None:
            is_settled = super().settle(session, subject, outcome)
            if is_settled:
                keep_first(session, take)
                if take.place_id is not None:
                    enqueue(session, JobName.PLACE_TAKE, take.id, take.owner_id)
            return is_settled
        return self._fail(session, take, outcome)

    def discard_unwanted(self, subject: str, keys: list[str]) -> None:
        """Of a take that succeeded, what the provider delivered; of one that did not, everything."""
        status = self._status(UUID(subject))
        if status == JobStatus.SUCCEEDED:
            get_storage().delete(keys[-1:])
        elif status not in UNFINISHED:
            get_storage().delete(keys)

    def _hand_over(self, session: Session, take: Take, made: dict[str, Any]) -> bool:
        """The delivery is ours now: the provider's line is free for others while the compiler has it."""
        if not outcomes.change(session, Take, take.id, stage=FINISHING, **made):
            return False
        enqueue(session, JobName.CONFORM_TAKE, take.id, take.owner_id)
        self.tell(session, take.id)
        return True

    def _fail(self, session: Session, take: Take, outcome: JobOutcome) -> bool:
        """The row's end and the money's way back are one."""
        ended = {"failure_kind": outcome["kind"], "failure": outcome["sentence"], "raw_key": None}
        if not outcomes.end(session, Take, take.id, JobStatus.FAILED, **ended):
            return False
        back = _settle_money(session, take, is_refused=outcome.get("moderated", False))
        words = refunds.said(take.price) if back else NOT_BACK if take.price else ""
        sentence = f"{outcome['sentence']} {words}".strip()
        session.exec(update(Take).where(col(Take.id) == take.id).values(failure=sentence))
        event = self.event(session, take.id, outcome)
        event.data = event.data | {"price": take.price, "refunded": back} | _providers_word(outcome)
        session.add(event)
        self.touch(session, take.id)
        return True


def keep_first(session: Session, take: Take) -> None:
    """Into the film without being asked, where the project wants that (`first_cut`).

    Only the first that succeeds of a clip in the film's shape: what a person asks for afterwards, or has
    taken out, is theirs to keep.
    """
    clip = session.get_one(Clip, take.clip_id)
    project = session.get_one(Project, clip.project_id)
    if not project.keeps_all or clip.approved_take_id is not None or take.aspect != project.aspect:
        return
    earlier = select(func.count(col(Take.id))).where(
        col(Take.clip_id) == clip.id,
        col(Take.id) != take.id,
        col(Take.status) == JobStatus.SUCCEEDED,
        col(Take.aspect) == take.aspect,
    )
    if not session.exec(earlier).one():
        clip.approved_take_id = take.id


def _providers_word(outcome: JobOutcome) -> dict[str, bool]:
    """For the operator: whether we were charged for a job that failed."""
    refundable = outcome.get("refundable")
    return {} if refundable is None else {"charged_by_provider": not refundable}


def _settle_money(session: Session, take: Take, is_refused: bool) -> bool:
    if is_refused:
        return refunds.settle_refused(session, take.owner_id, take.id, take.price)
    return refunds.give_back(session, take.owner_id, take.id, take.price)
