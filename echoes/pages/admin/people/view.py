"""View of the people page."""

from typing import Any

import reflex as rx

from echoes.components.design import badge, button, empty_state
from echoes.pages.admin.common.view import cell, section_page, table, unfolding_table
from echoes.pages.admin.people.queries import PERIODS
from echoes.pages.admin.people.state import PeopleState
from echoes.pages.common.state import vars_of
from echoes.reflex_adapter.components import router_link

shown = vars_of(PeopleState)


def people_page() -> rx.Component:
    return section_page(
        "people",
        rx.el.form(
            rx.el.input(
                name="text",
                type="search",
                placeholder="Name, e-mail or code",
                class_name="input",
                custom_attrs={"aria-label": "Search for people"},
            ),
            button("Search", icon_name="search", type="submit"),
            on_submit=shown.search,
            class_name="row search",
            role="search",
        ),
        rx.cond(
            shown.is_by_storage,
            rx.el.p("People whose files take up the most room come first.", class_name="soft"),
        ),
        rx.cond(
            shown.days != "",
            rx.el.p(
                "People who signed up ",
                rx.match(shown.days, *PERIODS.items(), ""),
                ". A search covers everybody.",
                class_name="soft",
            ),
        ),
        unfolding_table(
            shown.found,
            table(
                "People",
                ("Name", "E-mail", "Since", "Credits", "Storage", "Status"),
                rx.foreach(shown.found, _person),
            ),
            shown.has_more,
            shown.more,
            empty_state("users", "Nobody found", "Try another part of the name or the address."),
        ),
    )


def _person(row: Any) -> rx.Component:
    return rx.el.tr(
        cell("Name", router_link(row.name, to=f"/admin/people/{row.id}")),
        cell("E-mail", row.email),
        cell("Since", row.since),
        cell("Credits", row.balance, class_name="numbers"),
        cell("Storage", row.stored, class_name="numbers"),
        cell("Status", rx.cond(row.marks != "", badge(row.marks))),
        key=row.id,
    )
