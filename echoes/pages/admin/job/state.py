"""/admin/jobs/<id>: everything that happened to one take or film, live while it runs."""

from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

import reflex as rx
from reflex.event import EventSpec
from reflex_components_core.react_router import link as router_link

from echoes.admin import jobs
from echoes.components.design import badge, button, card, message, progress, text_input
from echoes.components.design import field as form_field
from echoes.components.dialog import actions
from echoes.pages.admin.common import AdminState, Section, admin_page
from echoes.pages.admin.job.queries import EventView, JobView, earlier_events, job_view, newest_events
from echoes.pages.common.shell import sheet
from echoes.pages.common.state import text_of, uuid_of, vars_of

ASKABLE = ("look", "stop", "again", "refund")


class JobState(Section, AdminState):
    RENEWAL: ClassVar[float] = 2.0

    if TYPE_CHECKING:
        job_id: str  # Reflex makes it of the route.

    seen: JobView = JobView()
    log: list[EventView] = []
    """The oldest first."""
    has_earlier: bool = False
    picture: str = ""
    video: str = ""
    asking: str = ""
    """What is about to be done, one of ASKABLE."""

    def _begin(self) -> None:
        super()._begin()
        self.seen, self.asking, self.picture, self.video = JobView(), "", "", ""
        self.log, self.has_earlier = [], False

    async def _refresh(self) -> None:
        job_id = uuid_of(self.job_id)
        self._show(seen=await self._inspect(job_view, job_id))
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
        fresh = await self._operate(jobs.again, uuid_of(self.job_id))
        return rx.redirect(f"/admin/jobs/{fresh}")


shown = vars_of(JobState)


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
            rx.cond(shown.has_earlier, button("Show earlier ones", on_click=shown.earlier)),
            rx.el.ol(rx.foreach(shown.log, _logged), class_name="job-log"),
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
    return _sure(
        "look",
        "Look at the pictures?",
        "These are somebody's own pictures. That you looked is kept in the audit log.",
        button("Look at them", kind="primary", on_click=shown.look_at_pictures),
    )


def _stopping() -> rx.Component:
    return _sure(
        "stop",
        "Stop this job?",
        "It ends for its owner now. What it cost comes back as if they had stopped it themselves.",
        button("Stop it", kind="danger solid", on_click=shown.stop),
    )


def _trying_again() -> rx.Component:
    return _sure(
        "again",
        "Try this again?",
        "It is made anew for its owner, at our expense: a provider that charges will charge us again.",
        button("Try again", kind="primary", on_click=shown.try_again),
    )


def _refunding() -> rx.Component:
    return _question(
        "refund",
        "Give the credits back?",
        rx.el.form(
            form_field("Why", text_input("reason", required=True, max_length=500), "reason"),
            _answers(button("Give them back", kind="danger solid", type="submit")),
            on_submit=shown.refund,
        ),
    )


def _sure(what: str, title: str, sentence: str, answer: rx.Component) -> rx.Component:
    return _question(what, title, rx.el.p(sentence), _answers(answer))


def _answers(answer: rx.Component) -> rx.Component:
    return actions(button("Leave it", on_click=shown.leave_it), answer)


def _question(what: str, title: str, *content: rx.Component) -> rx.Component:
    return sheet(*content, title=title, is_open=shown.asking == what, on_close=shown.leave_it)
