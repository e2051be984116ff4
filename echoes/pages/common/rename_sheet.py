"""Rename sheet of a film, on the pages where its title stands."""

from typing import Any

import reflex as rx

from echoes.pages.common.shell import name_form, sheet
from echoes.projects import service as projects


def rename_sheet(title: Any, *, is_open: Any, on_submit: Any, on_close: Any) -> rx.Component:
    """A film that still has its default title begins with an empty field."""
    return sheet(
        name_form(
            "What is it called?",
            "title",
            projects.LONGEST_TITLE,
            save="Save the name",
            on_submit=on_submit,
            on_close=on_close,
            default_value=rx.cond(title == projects.DEFAULT_TITLE, "", title),
            placeholder="Grandma’s summers",
        ),
        title="Rename the film",
        is_open=is_open,
        on_close=on_close,
    )
