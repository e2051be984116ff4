"""An address that leads nowhere, or to something that is somebody else's: the same answer."""

import reflex as rx

from echoes.pages.common.shell import not_here, page, top_bar


def not_found() -> rx.Component:
    return page(
        rx.el.div(
            not_here("The address may be mistyped, or what was here has been removed."),
            class_name="column narrow",
        ),
        bar=top_bar("/"),
    )
