"""/admin/jobs/<id>: everything that happened to one take or film, live while it runs."""

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

import reflex as rx
from reflex.event import EventSpec
from reflex_components_core.react_router import link as router_link
from sqlmodel import Session

from echoes.admin import jobs
from echoes.admin.jobs import Found
from echoes.components.design import badge, button, card, message, progress, text_input
from echoes.components.design import field as form_field
from echoes.components.dialog import actions
from echoes.models import UNFINISHED, JobEvent, JobStatus, Take
from echoes.pages.admin.base import AdminState, Section, admin_page
from echoes.pages.base import text_of, uuid_of, vars_of
from echoes.pages.shell import sheet


@dataclass(frozen=True)
class EventView:
    id: str
    when: str
    message: str
    is_bad: bool
    data: str


@dataclass(frozen=True)
class JobView:
    id: str = ""
    title: str = ""
    status: str = ""
    stage: str = ""
    percent: int = 0
    owner: str = ""
    owner_id: str = ""
    facts: list[list[str]] = field(default_factory=list)
    problem: str = ""
    may_stop: bool = False
    may_try: bool = False
    may_refund: bool = False
    log: list[EventView] = field(default_factory=list)


class JobState(Section, AdminState):
    RENEWAL = 2.0

    if TYPE_CHECKING:
        job_id: str  # Reflex makes it of the route.

    seen: JobView = JobView()
    picture: str = ""
    video: str = ""
    asking: str = ""
    """What is about to be done: look, stop, again or refund."""

    def _begin(self) -> None:
        super()._begin()
        self.seen, self.asking, self.picture, self.video = JobView(), "", "", ""

    async def _refresh(self) -> None:
        self._show(seen=await self._inspect(job_view, uuid_of(self.job_id)))

    @rx.event
    def ask(self, what: str) -> None:
        self.asking, self.notice = str(what), ""

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
        fresh = await self._operate(jobs.again, uuid_of(self.job_id))
        return rx.redirect(f"/admin/jobs/{fresh}")


shown = vars_of(JobState)


def job_view(session: Session, job_id: UUID) -> JobView:
    found = jobs.look(session, job_id)
    job = found.job
    price = job.price if isinstance(job, Take) else 0
    is_over = job.status not in UNFINISHED
    return JobView(
        id=str(job.id),
        title=f"{job.provider} {job.model}: {job.motion}" if isinstance(job, Take) else job.title,
        status=job.status,
        stage=job.stage,
        percent=round(job.progress * 100),
        owner=found.owner.name,
        owner_id=str(job.owner_id),
        facts=[[name, value] for name, value in _facts(found).items() if value],
        problem=job.failure or "",
        may_stop=not is_over,
        may_try=job.status in (JobStatus.FAILED, JobStatus.CANCELLED),
        may_refund=is_over and price > 0 and not found.is_refunded,
        log=[_event(event) for event in found.events],
    )


def _facts(found: Found) -> dict[str, str]:
    job = found.job
    facts = {
        "Asked for": f"{job.created_at:%-d %b %Y, %H:%M:%S} UTC",
        "Ended": f"{job.ended_at:%-d %b %Y, %H:%M:%S} UTC" if job.ended_at else "",
        "Failure kind": job.failure_kind or "",
    }
    if not isinstance(job, Take):
        return facts
    return facts | {
        "Provider's id": job.provider_job_id or "",
        "Price": f"{job.price} credits{', paid back' if found.is_refunded else ''}",
        "Provider's cost": f"{job.provider_cost:g} of its credits" if job.provider_cost is not None else "",
        "Own words": job.wish,
        "Prompt as sent": job.prompt or "",
    }


def _event(event: JobEvent) -> EventView:
    data = json.dumps(event.data, ensure_ascii=False, indent=1) if event.data else ""
    when = f"{event.created_at:%H:%M:%S.%f}"[:-3]
    return EventView(str(event.id), when, event.message, event.level in ("error", "warning"), data)


def job_page() -> rx.Component:
    job = shown.seen
    return admin_page(
        "jobs",
        "One job",
        card(
            rx.el.div(rx.el.h2(job.title), badge(job.status), class_name="row"),
            rx.el.p("For ", router_link(job.owner, to=f"/admin/people/{job.owner_id}")),
            rx.cond(
                job.may_stop,
                rx.el.div(rx.el.p(job.stage, class_name="small soft"), progress(job.percent, "This job")),
            ),
            rx.cond(job.problem != "", message(job.problem, kind="error")),
            rx.el.dl(rx.foreach(job.facts.to(list[list[str]]), _fact), class_name="facts"),
            _media(),
            rx.el.div(
                rx.cond(job.may_stop, button("Stop it", kind="danger", on_click=shown.ask("stop"))),
                rx.cond(
                    job.may_try, button("Try again", icon_name="rotate_ccw", on_click=shown.ask("again"))
                ),
                button("Look at the pictures", icon_name="eye", on_click=shown.ask("look")),
                rx.cond(job.may_refund, button("Give the credits back", on_click=shown.ask("refund"))),
                class_name="row",
            ),
            class_name="stack",
        ),
        rx.el.section(
            rx.el.h2("What happened"),
            rx.el.ol(rx.foreach(job.log.to(list[EventView]), _logged), class_name="job-log"),
            class_name="stack",
        ),
        _looking(),
        _stopping(),
        _trying_again(),
        _refunding(),
    )


def _fact(fact: Any) -> rx.Component:
    return rx.el.div(rx.el.dt(fact[0]), rx.el.dd(fact[1]))


def _media() -> rx.Component:
    return rx.el.div(
        rx.cond(shown.picture != "", rx.el.img(src=shown.picture, alt="The photograph", loading="lazy")),
        rx.cond(
            shown.video != "",
            rx.el.video(
                src=shown.video,
                controls=True,
                preload="none",
                custom_attrs={"playsInline": True, "aria-label": "What was made of it"},
            ),
        ),
        class_name="job-media",
    )


def _logged(event: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.span(event.when, class_name="small soft numbers"),
            rx.el.strong(event.message),
            class_name="row",
        ),
        rx.cond(event.data != "", rx.el.details(rx.el.summary("Details"), rx.el.pre(event.data))),
        class_name=rx.cond(event.is_bad, "bad", ""),
        key=event.id,
    )


def _looking() -> rx.Component:
    return sheet(
        rx.el.p("These are somebody's own pictures. That you looked is kept in the audit log."),
        actions(
            button("Leave it", on_click=shown.leave_it),
            button("Look at them", kind="primary", on_click=shown.look_at_pictures),
        ),
        title="Look at the pictures?",
        is_open=shown.asking == "look",
        on_close=shown.leave_it,
    )


def _stopping() -> rx.Component:
    return sheet(
        rx.el.p("It ends for its owner now. What it cost comes back as if they had stopped it themselves."),
        actions(
            button("Leave it", on_click=shown.leave_it),
            button("Stop it", kind="danger solid", on_click=shown.stop),
        ),
        title="Stop this job?",
        is_open=shown.asking == "stop",
        on_close=shown.leave_it,
    )


def _trying_again() -> rx.Component:
    return sheet(
        rx.el.p(
            "It is made anew for its owner, at our expense: a provider that charges will charge us again."
        ),
        actions(
            button("Leave it", on_click=shown.leave_it),
            button("Try again", kind="primary", on_click=shown.try_again),
        ),
        title="Try this again?",
        is_open=shown.asking == "again",
        on_close=shown.leave_it,
    )


def _refunding() -> rx.Component:
    return sheet(
        rx.el.form(
            form_field("Why", text_input("reason", required=True, max_length=500), "reason"),
            actions(
                button("Leave it", on_click=shown.leave_it),
                button("Give them back", kind="danger solid", type="submit"),
            ),
            on_submit=shown.refund,
        ),
        title="Give the credits back?",
        is_open=shown.asking == "refund",
        on_close=shown.leave_it,
    )
