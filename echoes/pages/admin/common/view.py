"""View of the operators' pages."""

from typing import Any

import reflex as rx

from echoes.components.design import button, icon, skeleton
from echoes.components.design import field as form_field
from echoes.components.page_styles import operators_styles
from echoes.pages.admin.common.sections import SECTIONS, Section
from echoes.pages.admin.common.state import AdminState
from echoes.pages.common.shell import not_here, page, top_bar
from echoes.pages.common.state import PageState, vars_of
from echoes.reflex_adapter.components import router_link

shown, visit = vars_of(AdminState), vars_of(PageState)


def section_page(key: str, *content: Any, tools: Any = None) -> rx.Component:
    """Called as the navigation calls it."""
    label = next(section.label for section in SECTIONS if section.key == key)
    return admin_page(key, label, *content, tools=tools)


def admin_page(section: str, title: str, *content: Any, tools: Any = None) -> rx.Component:
    return page(
        operators_styles(),
        rx.el.div(
            rx.cond(
                shown.is_loaded & shown.is_missing,
                _not_here(),
                rx.el.div(
                    _sections(section),
                    rx.el.div(
                        rx.el.h1(title), *([tools] if tools is not None else []), class_name="row between"
                    ),
                    rx.cond(
                        shown.is_loaded,
                        rx.el.div(*content, class_name="stack loose"),
                        rx.el.div(skeleton("6rem"), skeleton("12rem"), class_name="stack"),
                    ),
                    class_name="admin stack",
                ),
            ),
            class_name="column",
        ),
        bar=top_bar(),
    )


def _not_here() -> rx.Component:
    """For others than operators there is none of these pages."""
    sentence = "Please check the address."
    return rx.cond(
        visit.is_operator, not_here(sentence, "/admin", "Go to the operator’s pages"), not_here(sentence)
    )


def _sections(current: str) -> rx.Component:
    """All of them beside each other, or on a phone in a fold that is called as the one that is open."""
    here = next((section for section in SECTIONS if section.key == current), SECTIONS[0])
    return rx.el.nav(
        _links(current),
        rx.el.details(
            rx.el.summary(icon(here.icon, 18), here.label, icon("chevron_down", 18), class_name="here"),
            _links(current),
        ),
        class_name="admin-sections",
        custom_attrs={"aria-label": "The operator’s pages"},
    )


def _links(current: str) -> rx.Component:
    return rx.el.ul(
        *[
            rx.cond(shown.has_orders, _section(section, current))
            if section.is_of_orders
            else _section(section, current)
            for section in SECTIONS
        ]
    )


def _section(section: Section, current: str) -> rx.Component:
    return rx.el.li(
        router_link(
            icon(section.icon, 18),
            section.label,
            to=section.path,
            custom_attrs={"aria-current": "page"} if section.key == current else {},
        )
    )


def table(caption: str, headings: tuple[str, ...], rows: Any) -> rx.Component:
    """On a phone each row becomes a card: cells name themselves."""
    return rx.el.div(
        rx.el.table(
            rx.el.caption(caption, class_name="visually-hidden"),
            rx.el.thead(rx.el.tr(*[rx.el.th(heading, scope="col") for heading in headings])),
            rx.el.tbody(rows),
            class_name="admin-table",
        ),
        class_name="admin-scroll",
        tab_index=0,
        role="region",
        custom_attrs={"aria-label": caption},
    )


def unfolding_table(
    lines: Any, table_of_lines: rx.Component, has_more: Any, more: Any, otherwise: rx.Component
) -> rx.Component:
    """A table as far as it has been unfolded, or what is said when nothing is in it."""
    return rx.cond(
        lines.length() > 0,
        rx.el.div(table_of_lines, rx.cond(has_more, button("Show more", on_click=more)), class_name="stack"),
        otherwise,
    )


def cell(label: str, *content: Any, **props: Any) -> rx.Component:
    return rx.el.td(*content, custom_attrs={"data-label": label}, **props)


def number_field(label: str, name: str, value: Any) -> rx.Component:
    """Required field for a whole number of at least 0; its key makes it show what was saved meanwhile."""
    entry = rx.el.input(
        id=name,
        name=name,
        type="number",
        min="0",
        step="1",
        required=True,
        default_value=value,
        key=f"{name}-{value}",
        class_name="input",
    )
    return form_field(label, entry, name)
