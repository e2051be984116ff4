"""State of the page of one job (`/admin/jobs/<id>`): everything that happened to one take or film, live
while it runs.
"""

from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

import reflex as rx
from reflex.event import EventSpec

from echoes.admin import jobs
from echoes.pages.admin.common.state import AdminPageState, AdminState
from echoes.pages.admin.job.queries import (
    EventViewModel,
    JobViewModel,
    earlier_events,
    newest_events,
    read_job,
)
from echoes.pages.common.state import text_of, uuid_of

ASKABLE = ("look", "stop", "again", "refund")


class JobState(AdminPageState, AdminState):
    RENEWAL: ClassVar[float] = 2.0

    if TYPE_CHECKING:
        job_id: str  # Reflex makes it of the route.

    seen: JobViewModel = JobViewModel()
    log: list[EventViewModel] = []
    """The oldest first."""
    has_earlier: bool = False
    picture: str = ""
    video: str = ""
    asking: str = ""
    """What is about to be done, one of ASKABLE."""

    def _begin(self) -> None:
        super()._begin()
        self.seen, self.asking, self.picture, self.video = JobViewModel(), "", "", ""
        self.log, self.has_earlier = [], False

    async def _refresh(self) -> None:
        job_id = uuid_of(self.job_id)
        self._show(seen=await self._inspect(read_job, job_id))
        log, has_earlier = await self._inspect(newest_events, job_id, self._first())
        self._show(log=log, has_earlier=has_earlier)

    def _first(self) -> UUID | None:
        return uuid_of(self.log[0].id) if self.log else None

    @rx.event
    async def earlier(self) -> None:
        events, self.has_earlier = await self._inspect(earlier_events, uuid_of(self.job_id), self._first())
        self.log = [*events, *self.log]

    @rx.event
    def ask(self, what: str) -> None:
        self.asking, self.notice = what if what in ASKABLE else "", ""

    @rx.event
    def leave_it(self) -> None:
        self.asking, self.notice = "", ""

    @rx.event
    async def look_at_pictures(self) -> None:
        self.asking = ""
        self.picture, self.video = await self._operate(jobs.media, uuid_of(self.job_id))

    @rx.event
    async def stop(self) -> None:
        self.asking = ""
        await self._operate(jobs.cancel, uuid_of(self.job_id))
        await self._fill()

    @rx.event
    async def refund(self, form: dict[str, str]) -> None:
        await self._operate(jobs.refund, uuid_of(self.job_id), text_of(form, "reason"))
        self.asking = ""
        await self._fill()

    @rx.event
    async def try_again(self) -> EventSpec | None:
        """What one dialog asked is done once, however often its button is pressed."""
        if self.asking != "again":
            return None
        self.asking = ""
        fresh = await self._operate(jobs.retry, uuid_of(self.job_id))
        return rx.redirect(f"/admin/jobs/{fresh}")
