"""View of the page of one job."""

from typing import Any

import reflex as rx

from echoes.components.design import badge, button, card, message, progress, text_input
from echoes.components.design import field as form_field
from echoes.components.dialog import actions
from echoes.pages.admin.common.view import admin_page
from echoes.pages.admin.job.state import JobState
from echoes.pages.common.shell import sheet
from echoes.pages.common.state import vars_of
from echoes.reflex_adapter.components import router_link

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
                custom_attrs={"playsInline": True, "aria-label": "What was made from it"},
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
        "These are somebody’s private pictures. The audit log records that you looked.",
        button("Look at them", kind="primary", on_click=shown.look_at_pictures),
    )


def _stopping() -> rx.Component:
    return _sure(
        "stop",
        "Stop this job?",
        "It ends for its owner now. Its credits come back as if they had stopped it themselves.",
        button("Stop it", kind="danger solid", on_click=shown.stop),
    )


def _trying_again() -> rx.Component:
    return _sure(
        "again",
        "Try this again?",
        "It is made again for its owner at our expense: a provider that charges will charge us again.",
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
    return actions(button("Go back", on_click=shown.leave_it), answer)


def _question(what: str, title: str, *content: rx.Component) -> rx.Component:
    return sheet(*content, title=title, is_open=shown.asking == what, on_close=shown.leave_it)
