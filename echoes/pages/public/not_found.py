"""404 page: an address that leads nowhere, or to what is somebody else's: the same answer."""

import reflex as rx

from echoes.pages.common.shell import not_here, page, top_bar


def not_found() -> rx.Component:
    return page(
        rx.el.div(
            not_here("Please check the address. What was here may have been removed."),
            class_name="column narrow",
        ),
        bar=top_bar("/"),
    )
