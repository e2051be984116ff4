"""View of the page of reported replies."""

from typing import Any

import reflex as rx

from echoes.components.design import button, empty_state
from echoes.pages.admin.common.view import cell, section_page, table, unfolding_table
from echoes.pages.admin.replies.state import ReportedRepliesState
from echoes.pages.common.state import vars_of
from echoes.reflex_adapter.components import router_link

shown = vars_of(ReportedRepliesState)


def reported_replies_page() -> rx.Component:
    return section_page(
        "replies",
        unfolding_table(
            shown.lines,
            table(
                "Reported replies",
                ("When", "Written by", "Words", "Reported by", "What to do"),
                rx.foreach(shown.lines, _row),
            ),
            shown.has_more,
            shown.more,
            empty_state(
                "flag",
                "No reported replies",
                "Replies that people have reported appear here. The people who wrote them have no account: "
                "all that is known is their words and the name they gave.",
            ),
        ),
    )


def _row(line: Any) -> rx.Component:
    return rx.el.tr(
        cell("When", line.when),
        cell("Written by", line.written_by, dir="auto"),
        cell("Words", rx.el.span(line.words, dir="auto", class_name="reply-words")),
        cell("Reported by", router_link(line.reader, to=f"/admin/people/{line.reader_id}")),
        cell(
            "What to do",
            rx.el.div(
                button("Remove", kind="danger", on_click=shown.remove(line.id)),
                button("Keep", on_click=shown.dismiss(line.id)),
                class_name="row",
            ),
        ),
        key=line.id,
    )
