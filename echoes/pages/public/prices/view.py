"""View of the prices: a section of the landing page, and two sentences on the sign-in page."""

from typing import Any

import reflex as rx

from echoes.components.design import skeleton
from echoes.pages.common.state import vars_of
from echoes.pages.public.prices.state import PricesState

shown = vars_of(PricesState)


def prices_section() -> rx.Component:
    prices = shown.prices
    return rx.el.section(
        rx.el.h2("What it costs"),
        rx.cond(
            prices.sentence != "",
            rx.el.p(prices.sentence, " ", prices.gift, " ", prices.rest, class_name="soft"),
            skeleton("3.2rem", "min(100%, 36rem)"),
        ),
        rx.cond(
            prices.packs.length() > 0,
            rx.fragment(
                rx.el.ul(rx.foreach(prices.packs, _pack), class_name="price-list"),
                rx.el.p(
                    "Credits never expire, and nothing renews by itself."
                    " If a clip fails, its credits come back.",
                    class_name="small soft",
                ),
            ),
        ),
        class_name="prices",
        id="prices",
    )


def prices_line() -> rx.Component:
    """Its place is kept while it is fetched."""
    return rx.el.p(shown.prices.sentence, " ", shown.prices.gift, class_name="small soft prices-line")


def _pack(pack: Any) -> rx.Component:
    return rx.el.li(
        rx.el.span(pack.credits),
        rx.el.strong(pack.price, class_name="numbers"),
        rx.el.span(pack.each, class_name="small soft numbers"),
    )
