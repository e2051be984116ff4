"""View of the thanks page and the cancelled-payment page."""

import reflex as rx

from echoes.components.design import announce, card, icon, link_button, message
from echoes.pages.common.shell import no_shop, not_here, page, top_bar
from echoes.pages.common.state import PageState, vars_of
from echoes.pages.credits.after_payment.state import CancelledState, ThanksState

visit = vars_of(PageState)
thanks_shown = vars_of(ThanksState)

cancelled_shown = vars_of(CancelledState)


def thanks_page() -> rx.Component:
    return page(
        rx.el.div(rx.cond(thanks_shown.is_closed, no_shop(), _by_stage()), class_name="column narrow"),
        bar=top_bar(),
    )


def _by_stage() -> rx.Component:
    return rx.match(
        thanks_shown.order.stage,
        ("paid", _paid()),
        ("processing", _processing()),
        ("failed", _closed("The payment did not go through", "You have not been charged.")),
        ("expired", _closed("The payment was not finished in time", "You have not been charged.")),
        ("returned", _closed("This payment was refunded", "Its credits were taken back with it.")),
        ("missing", not_here("We could not find that order.")),
        _waiting(),
    )


def _paid() -> rx.Component:
    order = thanks_shown.order
    return _outcome(
        "circle_check",
        "Thank you",
        rx.el.p(f"We have added {order.credits} to your account.", class_name="lead"),
        rx.cond(
            thanks_shown.has_cart,
            rx.el.p("We kept what you were about to make. One tap, and it continues.", class_name="soft"),
        ),
        link_button("Continue", thanks_shown.target, kind="primary", class_name="large"),
        rx.cond(
            order.receipt != "",
            rx.el.a(
                icon("receipt", 18),
                f"Receipt for {order.price}",
                href=order.receipt,
                class_name="button quiet",
                target="_blank",
                rel="noopener noreferrer",
                custom_attrs={"reloadDocument": True},
            ),
        ),
        announce("Your credits have arrived."),
    )


def _waiting() -> rx.Component:
    return _outcome(
        "hourglass",
        "One moment",
        rx.el.p("We are waiting to hear about your payment.", class_name="lead"),
        rx.el.div(rx.el.span(), class_name="progress waiting", custom_attrs={"aria-hidden": "true"}),
        rx.cond(
            thanks_shown.is_slow,
            message(
                "This is taking longer than usual. You can close this page: your payment is safe, and your"
                " credits will appear within a quarter of an hour."
            ),
        ),
        rx.cond(thanks_shown.is_slow, link_button("Continue for now", thanks_shown.target, kind="second")),
        announce("Waiting for the payment service."),
    )


def _processing() -> rx.Component:
    order = thanks_shown.order
    return _outcome(
        "landmark",
        "Your payment is on its way",
        rx.el.p(
            f"Some banks take a few days. Your {order.credits} will appear as soon as the money has arrived.",
            class_name="lead",
        ),
        link_button("Continue for now", thanks_shown.target, kind="primary"),
        rx.cond(order.bank != "", link_button("Local mode: play the bank", order.bank, kind="quiet")),
    )


def _closed(title: str, sentence: str) -> rx.Component:
    return _outcome(
        "circle_x",
        title,
        rx.el.p(sentence, class_name="lead"),
        rx.cond(visit.has_shop, link_button("Try again", thanks_shown.again, kind="primary")),
        link_button("Go back", thanks_shown.target, kind="quiet"),
        class_name="did-not-work",
    )


def cancelled_page() -> rx.Component:
    is_closed = cancelled_shown.is_loaded & ~visit.has_shop
    return page(
        rx.el.div(rx.cond(is_closed, no_shop(), _cancelled()), class_name="column narrow"), bar=top_bar()
    )


def _cancelled() -> rx.Component:
    return _outcome(
        "undo_2",
        "Nothing was bought",
        rx.el.p(
            "You left before paying, so you have not been charged. ",
            rx.cond(cancelled_shown.has_cart, "We kept what you were about to make.", ""),
            class_name="lead",
        ),
        link_button("Try again", cancelled_shown.again, kind="primary"),
        link_button("Go back", cancelled_shown.target, kind="quiet"),
    )


def _outcome(icon_name: str, title: str, *children: rx.Component, class_name: str = "") -> rx.Component:
    return card(
        rx.el.div(icon(icon_name, 30), class_name="glyph"),
        rx.el.h1(title),
        *children,
        class_name=f"outcome {class_name}".strip(),
    )
