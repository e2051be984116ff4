"""View of the out-of-credits sheet."""

from typing import Any

import reflex as rx

from echoes.components.design import button, link_button
from echoes.components.dialog import actions
from echoes.pages.common.shell import next_bar, sheet


def needed_sheet(shown: Any) -> rx.Component:
    """`shown` is the page's state, as its page sees it."""
    return sheet(
        rx.el.p(shown.shortage.sentence),
        rx.el.ul(rx.foreach(shown.shortage.packs, _pack), class_name="pack-prices"),
        actions(
            button("Not now", on_click=shown.close_shortage),
            link_button("Get credits", _shop(shown), kind="primary", icon_name="coins"),
        ),
        title=shown.shortage.title,
        is_open=shown.shortage.title != "",
        on_close=shown.close_shortage,
    )


def _pack(pack: Any) -> rx.Component:
    return rx.el.li(rx.el.span(pack.credits), rx.el.strong(pack.price, class_name="numbers"))


def go_on_bar(shown: Any, otherwise: rx.Component) -> rx.Component:
    """What comes next as long as a cart waits, else what the page has to offer. It turns by itself when the
    credits arrive."""
    is_affordable = shown.balance >= shown.waiting.cost
    what = shown.waiting.what
    return rx.cond(
        what != "",
        next_bar(
            rx.el.span(
                shown.waiting.news,
                rx.cond(is_affordable, "We kept what you chose before.", f"You were about to {what}."),
            ),
            rx.el.div(
                button("Not now", kind="quiet", on_click=shown.forget_cart),
                rx.cond(
                    is_affordable,
                    button(
                        f"Continue: {what}",
                        kind="primary",
                        icon_name="sparkles",
                        on_click=shown.go_on(shown.waiting.price),
                    ),
                    link_button("Get credits", _shop(shown), kind="primary", icon_name="coins"),
                ),
                class_name="go-on",
            ),
        ),
        otherwise,
    )


def _shop(shown: Any) -> Any:
    return f"/credits?return=/project/{shown.project_id}/clips"
