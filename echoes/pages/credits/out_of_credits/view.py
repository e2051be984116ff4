"""View of the out-of-credits sheet."""

from typing import Any

import reflex as rx

from echoes.components.design import badge, button
from echoes.components.dialog import actions
from echoes.pages.common.shell import next_bar, sheet

COMES_BACK = "After paying you are back here, and one tap continues."


def needed_sheet(shown: Any) -> rx.Component:
    """`shown` is the page's state, as its page sees it."""
    return sheet(
        rx.el.p(shown.shortage.sentence),
        rx.el.ul(rx.foreach(shown.shortage.packs, lambda pack: _pack(shown, pack)), class_name="pack-prices"),
        rx.cond(shown.shortage.packs.length() > 0, rx.el.p(COMES_BACK, class_name="small soft")),
        actions(
            button("Not now", kind="quiet", on_click=shown.close_shortage),
            rx.cond(
                shown.shortage.now != "",
                button(
                    shown.shortage.now,
                    icon_name="sparkles",
                    on_click=shown.animate_affordable(shown.shortage.price),
                ),
            ),
        ),
        title=shown.shortage.title,
        is_open=shown.shortage.title != "",
        on_close=shown.close_shortage,
    )


def _pack(shown: Any, pack: Any) -> rx.Component:
    """Leads straight to its checkout."""
    return rx.el.li(
        rx.el.button(
            rx.el.span(
                pack.credits,
                rx.cond(pack.is_enough, badge("Enough for this", icon_name="check", good=True)),
                class_name="row pack-size",
            ),
            rx.el.strong(f"Buy for {pack.price}", class_name="numbers"),
            type="button",
            class_name=rx.cond(pack.is_enough, "pack-price enough", "pack-price"),
            disabled=shown.going != "",
            on_click=shown.buy(pack.id),
            custom_attrs={
                "aria-label": f"Buy {pack.credits} for {pack.price}",
                "aria-busy": shown.going == pack.id,
            },
        )
    )


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
                rx.cond(is_affordable | shown.has_shop, "", " It can continue once you have the credits."),
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
                    rx.cond(
                        shown.has_shop,
                        button(
                            "Get credits", kind="primary", icon_name="coins", on_click=shown.show_shortage
                        ),
                    ),
                ),
                class_name="go-on",
            ),
        ),
        otherwise,
    )
