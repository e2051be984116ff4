"""View of the jobs page."""

from typing import Any

import reflex as rx

from echoes.components.design import badge, button, empty_state, icon
from echoes.components.design import field as form_field
from echoes.models import JobStatus
from echoes.pages.admin.common.view import cell, section_page, table, unfolding_table
from echoes.pages.admin.jobs.state import ADDRESS, AGES, ANY, COSTS, KINDS, PERIODS, UNFINISHED, JobsState
from echoes.pages.common.state import vars_of
from echoes.reflex_adapter.components import router_link

STATUSES = (ANY, (UNFINISHED, UNFINISHED), *((status.value, status.value) for status in JobStatus))

shown = vars_of(JobsState)


def jobs_page() -> rx.Component:
    return section_page(
        "jobs",
        _narrowing(),
        unfolding_table(
            shown.lines,
            table(
                "Jobs",
                ("What", "State", "Why", "Whose", "Requested"),
                rx.foreach(shown.lines, _row),
            ),
            shown.has_more,
            shown.more,
            empty_state("list_checks", "No jobs found", "No jobs match these filters."),
        ),
    )


def _narrowing() -> rx.Component:
    """Folded away, because on a phone it would hide the list; what it says already stands on it."""
    return rx.el.details(
        rx.el.summary(icon("list_filter"), "Filter", rx.el.span(shown.narrowed, class_name="small soft")),
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
        _select("Requested within", "days", PERIODS, chosen["days"]),
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
    entry = rx.el.input(id=name, name=name, type="text", dir="auto", default_value=chosen, class_name="input")
    return form_field(label, entry, name)


def _row(line: Any) -> rx.Component:
    return rx.el.tr(
        cell("What", router_link(line.what, to=f"{ADDRESS}/{line.id}")),
        cell("State", rx.cond(line.is_bad, badge(line.status, icon_name="circle_alert"), badge(line.status))),
        cell("Why", line.problem),
        cell("Whose", router_link(line.owner, to=f"/admin/people/{line.owner_id}")),
        cell("Requested", line.asked),
        key=line.id,
    )
