"""View of the credits page."""

from typing import Any

import reflex as rx

from echoes.components.design import badge, button, card, icon, link_button, message, skeleton_grid
from echoes.pages.common.shell import no_shop, page, top_bar
from echoes.pages.common.state import PageState, vars_of
from echoes.pages.credits.packs.state import CreditsState

shown = vars_of(CreditsState)
visit = vars_of(PageState)


def credits_page() -> rx.Component:
    return page(
        rx.cond(
            shown.is_loaded & ~visit.has_shop,
            rx.el.div(no_shop(), class_name="column narrow"),
            rx.el.div(
                rx.el.div(
                    rx.el.h1("Buy credits"),
                    rx.el.p(
                        "Credits bring your photos to life. ", shown.purpose, class_name="lead", id="purpose"
                    ),
                    class_name="stack tight",
                ),
                rx.cond(shown.is_loaded, _shop(), skeleton_grid(3, "packs", "9rem")),
                class_name="column narrow-shop stack loose",
            ),
        ),
        bar=top_bar(),
    )


def _shop() -> rx.Component:
    """At once: what stands below would be pushed about by what comes above. By its key it is no skeleton that
    grew."""
    return rx.el.div(
        rx.cond(shown.debt != "", _owed()),
        rx.cond(shown.is_practice, _practice()),
        _packs(),
        _promises(),
        link_button("Go back", shown.target, kind="quiet", icon_name="arrow_left", class_name="back"),
        class_name="stack loose",
        key="shop",
    )


def _packs() -> rx.Component:
    return rx.cond(
        shown.packs.length() > 0,
        rx.el.ul(rx.foreach(shown.packs, _pack), class_name="packs"),
        message("There is nothing to buy here at the moment. Please check back later."),
    )


def _pack(pack: Any) -> rx.Component:
    return rx.el.li(
        card(
            rx.el.div(
                rx.el.div(
                    rx.el.h2(pack.credits),
                    rx.cond(pack.is_best, badge("Best value", icon_name="star", good=True)),
                    class_name="row",
                ),
                rx.el.p(pack.title, class_name="soft"),
                rx.el.p(pack.each, class_name="small soft numbers"),
                class_name="pack-words",
            ),
            rx.cond(pack.is_best, _buy(pack, "primary"), _buy(pack, "second")),
            class_name=rx.cond(pack.is_best, "pack best", "pack"),
        ),
        key=pack.id,
    )


def _buy(pack: Any, kind: Any) -> rx.Component:
    return button(
        f"Buy for {pack.price}",
        kind=kind,
        busy=shown.going == pack.id,
        disabled=shown.going != "",
        on_click=shown.buy(pack.id),
        custom_attrs={"aria-label": f"Buy {pack.credits} for {pack.price}"},
    )


def _owed() -> rx.Component:
    return message(
        f"A payment was refunded after its credits were spent. {shown.debt} of what you buy next will go"
        " towards that."
    )


def _practice() -> rx.Component:
    return message("This is practice: no money is charged, but you get the credits.")


def _promises() -> rx.Component:
    lines = (
        ("rotate_ccw", "If a clip fails, its credits come back by themselves."),
        ("clapperboard", "Arranging, watching, making and sharing films is free."),
        ("infinity", "Credits never expire, and nothing renews by itself."),
        ("lock", "You pay on Stripe’s own page. Echoes never sees your card."),
    )
    return rx.el.ul(
        *[rx.el.li(icon(name), rx.el.span(sentence)) for name, sentence in lines], class_name="promises"
    )
