"""State of the jobs page (`/admin/jobs`): takes and films, narrowed by what an operator asks; the
address says by what.
"""

from datetime import timedelta
from urllib.parse import parse_qs, urlencode
from uuid import UUID

import reflex as rx
from reflex.event import EventSpec

from echoes import providers
from echoes.admin import dashboard, jobs
from echoes.admin.jobs import JobFilter
from echoes.errors import NotFound
from echoes.models import JobStatus
from echoes.pages.admin.common.state import AdminPageState, AdminState
from echoes.pages.admin.jobs.queries import JobLine, job_lines
from echoes.pages.common.state import text_of, uuid_of

PAGE = 50
ADDRESS = "/admin/jobs"
ANY = ("", "any")


KINDS = (("clip", "clips"), ("film", "films in all sizes"), ("original", "films"))

UNFINISHED = "unfinished"
AGES = (ANY, ("10", "10 minutes"), ("30", "half an hour"), ("60", "an hour"), ("1440", "a day"))

PERIODS = (
    ANY,
    *((str(days), "today" if days == 1 else f"the last {days} days") for days in dashboard.PERIODS),
)

COSTS = (ANY, ("yes", "only what a provider charged for"))

FIELDS = ("kind", "status", "provider", "failure", "user", "age", "days", "cost")


class JobsState(AdminPageState, AdminState):
    lines: list[JobLine] = []
    has_more: bool = False
    asked: dict[str, str] = {}
    narrowed: str = ""
    """What was asked, in words."""
    installed: list[str] = []
    failures: list[str] = []

    def _begin(self) -> None:
        super()._begin()
        given = parse_qs(str(self.router.url.query))
        self.asked = {name: given.get(name, [""])[0][:100] for name in FIELDS}
        self.narrowed = ", ".join(_in_words(name, value) for name, value in self.asked.items() if value)
        self.lines, self.installed, self.failures = [], providers.installed(), []

    async def _refresh(self) -> None:
        if not self.lines:
            known = {*await self._inspect(jobs.failure_kinds), self.asked["failure"]} - {""}
            self._show(failures=sorted(known))
        lines, has_more = await self._inspect(job_lines, filter_of(self.asked), max(PAGE, len(self.lines)))
        self._show(lines=lines, has_more=has_more)

    @rx.event
    def narrow(self, form: dict[str, str]) -> EventSpec:
        wanted = {name: text_of(form, name)[:100] for name in FIELDS}
        query = urlencode({name: value for name, value in wanted.items() if value})
        return rx.redirect(f"{ADDRESS}?{query}")

    @rx.event
    async def more(self) -> None:
        last = uuid_of(self.lines[-1].id) if self.lines else None
        lines, self.has_more = await self._inspect(job_lines, filter_of(self.asked), PAGE, last)
        self.lines = [*self.lines, *lines]


def filter_of(asked: dict[str, str]) -> JobFilter:
    """An address may say anything: what cannot be narrows nothing."""
    status, age, days = asked.get("status", ""), asked.get("age", ""), asked.get("days", "")
    return JobFilter(
        films=asked.get("kind") in ("film", "original"),
        originals=asked.get("kind") == "original",
        status=JobStatus(status) if status in set(JobStatus) else None,
        is_unfinished=status == UNFINISHED,
        provider=asked.get("provider", ""),
        failure_kind=asked.get("failure", ""),
        user_id=_id_or_none(asked.get("user", "")),
        older_than=timedelta(minutes=int(age)) if age in dict(AGES[1:]) else None,
        since=dashboard.start_of(int(days)) if days in dict(PERIODS[1:]) else None,
        is_costly=asked.get("cost") == "yes",
    )


def _in_words(name: str, value: str) -> str:
    said = {
        "user": "one person’s",
        "age": f"older than {dict(AGES).get(value, value)}",
        "days": dict(PERIODS).get(value, value),
        "cost": dict(COSTS).get(value, value),
        "kind": dict(KINDS).get(value, value),
    }
    return said.get(name, value.replace("_", " "))


def _id_or_none(text: str) -> UUID | None:
    try:
        return uuid_of(text)
    except NotFound:
        return None
