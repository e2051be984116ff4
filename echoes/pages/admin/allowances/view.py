"""View of the allowances page."""

import reflex as rx

from echoes.components.design import button, card, message, text_input
from echoes.components.design import field as form_field
from echoes.pages.admin.allowances.state import NUMBERS, AllowancesState
from echoes.pages.admin.common.view import number_field, section_page
from echoes.pages.common.state import vars_of

shown = vars_of(AllowancesState)


def allowances_page() -> rx.Component:
    return section_page(
        "allowances", rx.cond(shown.seen.held > 0, _held(), rx.fragment()), _spending(), _limits()
    )


def _held() -> rx.Component:
    return message(
        rx.el.p(shown.seen.waiting, " The spending limit for clips has been reached."),
        rx.el.div(button("Let them continue", kind="primary", icon_name="play", on_click=shown.let_go_on)),
        rx.el.p("Or raise a limit below: as many continue as it allows.", class_name="small soft"),
    )


def _spending() -> rx.Component:
    facts = (("Today", shown.seen.today), ("This month", shown.seen.this_month))
    return card(
        rx.el.h2("What clips have cost"),
        rx.el.dl(
            *[rx.el.div(rx.el.dt(label), rx.el.dd(value, class_name="numbers")) for label, value in facts],
            class_name="facts",
        ),
        rx.el.p(
            "What providers charge, by days in UTC. Clips under way, and clips from providers that do not say"
            " what they charge, count at the expected cost.",
            class_name="small soft",
        ),
        class_name="stack",
    )


def _limits() -> rx.Component:
    return card(
        rx.el.h2("Limits and allowances"),
        rx.el.p("0 means no limit, or no allowance.", class_name="soft"),
        rx.el.form(
            rx.el.div(
                *[number_field(label, name, shown.seen.numbers[name]) for name, label in NUMBERS],
                class_name="fields",
            ),
            rx.el.label(
                rx.el.input(
                    type="checkbox",
                    name="paid_by_grant",
                    default_checked=shown.seen.paid_by_grant,
                    key=shown.seen.paid_by_grant.to_string(),
                ),
                "Only people with a grant use the provider that costs money; others get camera moves",
                class_name="row check",
            ),
            rx.el.p(shown.seen.granted, " Grants are given on a person’s page.", class_name="small soft"),
            form_field("Why (kept with the version)", text_input("note", max_length=200), "note"),
            button("Save the limits", type="submit"),
            on_submit=shown.save,
            class_name="stack",
        ),
    )
