"""View of the audit log page."""

from typing import Any

import reflex as rx

from echoes.components.design import empty_state
from echoes.pages.admin.audit_log.state import AuditLogState
from echoes.pages.admin.common.view import cell, section_page, table, unfolding_table
from echoes.pages.common.state import vars_of

shown = vars_of(AuditLogState)


def audit_log_page() -> rx.Component:
    return section_page(
        "log",
        unfolding_table(
            shown.lines,
            table(
                "What operators did",
                ("When", "Who", "What", "Change", "Why"),
                rx.foreach(shown.lines, _row),
            ),
            shown.has_more,
            shown.more,
            empty_state("scroll_text", "Nothing yet", "Everything operators do is recorded here."),
        ),
    )


def _row(line: Any) -> rx.Component:
    return rx.el.tr(
        cell("When", line.when),
        cell("Who", line.who),
        cell("What", line.what),
        cell("Change", rx.el.code(line.change)),
        cell("Why", line.reason),
        key=line.id,
    )
