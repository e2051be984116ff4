"""/admin/jobs: takes and films, narrowed by what an operator asks; the address says by what."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode
from uuid import UUID

import reflex as rx
from reflex.event import EventSpec
from reflex_components_core.react_router import link as router_link
from sqlmodel import Session

from echoes import providers
from echoes.admin import dashboard, jobs
from echoes.admin.jobs import Filter, JobRow
from echoes.components.design import badge, button, empty_state, icon
from echoes.components.design import field as form_field
from echoes.errors import NotFound
from echoes.models import JobStatus, Take, Video, now
from echoes.pages.admin.common import AdminState, Section, admin_page, cell, table, unfolding_table
from echoes.pages.common.state import text_of, uuid_of, vars_of
from echoes.text import formatting

PAGE = 50
ADDRESS = "/admin/jobs"
ANY = ("", "any")
KINDS = (("clip", "clips"), ("film", "films in every size"), ("original", "films"))
UNFINISHED = "unfinished"
STATUSES = (ANY, (UNFINISHED, UNFINISHED), *((status.value, status.value) for status in JobStatus))
AGES = (ANY, ("10", "10 minutes"), ("30", "half an hour"), ("60", "an hour"), ("1440", "a day"))
PERIODS = (
    ANY,
    *((str(days), "today" if days == 1 else f"the last {days} days") for days in dashboard.PERIODS),
)
COSTS = (ANY, ("yes", "only what a provider charged for"))
FIELDS = ("kind", "status", "provider", "failure", "user", "age", "days", "cost")


@dataclass(frozen=True)
class JobLine:
    id: str
    what: str
    status: str
    is_bad: bool
    owner: str
    owner_id: str
    asked: str
    problem: str


class JobsState(Section, AdminState):
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


shown = vars_of(JobsState)


def filter_of(asked: dict[str, str]) -> Filter:
    """An address may say anything: what cannot be narrows nothing."""
    status, age, days = asked.get("status", ""), asked.get("age", ""), asked.get("days", "")
    return Filter(
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


def job_lines(
    session: Session, wanted: Filter, limit: int, before: UUID | None = None
) -> tuple[list[JobLine], bool]:
    found = jobs.search(session, wanted, before, limit + 1)
    return [_line(job, name) for job, name in found[:limit]], len(found) > limit


def _line(job: JobRow, owner: str) -> JobLine:
    return JobLine(
        id=str(job.id),
        what=f"{job.provider} {job.model}" if isinstance(job, Take) else film_title(job),
        status=job.status,
        is_bad=job.status == JobStatus.FAILED,
        owner=owner,
        owner_id=str(job.owner_id),
        asked=formatting.ago(job.created_at, now()),
        problem=(job.failure_kind or "").replace("_", " "),
    )


def film_title(video: Video) -> str:
    """With its size, where that is not the film's own."""
    return f"{video.title} ({video.width} × {video.height})" if video.original_id else video.title


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


def jobs_page() -> rx.Component:
    return admin_page(
        "jobs",
        "Jobs",
        _narrowing(),
        unfolding_table(
            shown.lines,
            table(
                "Jobs",
                ("What", "State", "Why", "Whose", "Asked for"),
                rx.foreach(shown.lines, _row),
            ),
            shown.has_more,
            shown.more,
            empty_state("list_checks", "No such jobs", "Nothing fits what you asked for."),
        ),
    )


def _narrowing() -> rx.Component:
    """Folded away, because on a phone it would hide the list; what it says already stands on it."""
    return rx.el.details(
        rx.el.summary(icon("list_filter"), "Narrow", rx.el.span(shown.narrowed, class_name="small soft")),
        _choosing(),
        class_name="fold",
    )


def _choosing() -> rx.Component:
    chosen = shown.asked
    return rx.el.form(
        _select("Kind", "kind", KINDS, chosen["kind"]),
        _select("State", "status", STATUSES, chosen["status"]),
        _known("Provider", "provider", shown.installed, chosen["provider"]),
        _known("Why it failed", "failure", shown.failures, chosen["failure"]),
        _text("User id", "user", chosen["user"]),
        _select("Asked for within", "days", PERIODS, chosen["days"]),
        _select("Older than", "age", AGES, chosen["age"]),
        _select("Cost", "cost", COSTS, chosen["cost"]),
        button("Show these", type="submit"),
        on_submit=shown.narrow,
        class_name="fields narrow",
        key=f"{chosen.to_string()} {shown.failures.to_string()}",
    )


def _known(label: str, name: str, options: Any, chosen: Any) -> rx.Component:
    return form_field(
        label,
        rx.el.select(
            rx.el.option("any", value=""),
            rx.foreach(options, lambda option: rx.el.option(option, value=option)),
            id=name,
            name=name,
            default_value=chosen,
            class_name="input",
        ),
        name,
    )


def _select(label: str, name: str, options: tuple[tuple[str, str], ...], chosen: Any) -> rx.Component:
    return form_field(
        label,
        rx.el.select(
            *[rx.el.option(words_of, value=value) for value, words_of in options],
            id=name,
            name=name,
            default_value=chosen,
            class_name="input",
        ),
        name,
    )


def _text(label: str, name: str, chosen: Any) -> rx.Component:
    entry = rx.el.input(id=name, name=name, type="text", default_value=chosen, class_name="input")
    return form_field(label, entry, name)


def _row(line: Any) -> rx.Component:
    return rx.el.tr(
        cell("What", router_link(line.what, to=f"{ADDRESS}/{line.id}")),
        cell("State", rx.cond(line.is_bad, badge(line.status, icon_name="circle_alert"), badge(line.status))),
        cell("Why", line.problem),
        cell("Whose", router_link(line.owner, to=f"/admin/people/{line.owner_id}")),
        cell("Asked for", line.asked),
        key=line.id,
    )
