"""View of the practice checkout page."""

import reflex as rx

from echoes.components.design import button, card, message, skeleton
from echoes.credits.payments import practice_checkout
from echoes.credits.payments.practice_checkout import SimulatedAction
from echoes.pages.common.shell import not_here, page, top_bar
from echoes.pages.common.state import vars_of
from echoes.pages.credits.practice_checkout.state import PracticeCheckoutState

shown = vars_of(PracticeCheckoutState)


def practice_checkout_page() -> rx.Component:
    return page(
        rx.el.div(
            rx.cond(
                shown.is_loaded,
                rx.cond(
                    shown.is_missing,
                    not_here("We could not find that order, or it is being paid for elsewhere."),
                    _bill(),
                ),
                skeleton("18rem"),
            ),
            class_name="column narrow",
        ),
        bar=top_bar(),
    )


def _bill() -> rx.Component:
    return card(
        rx.el.p("A practice payment", class_name="small soft"),
        rx.el.h1(shown.bill.price),
        rx.el.p(shown.bill.credits, class_name="lead"),
        rx.cond(shown.is_open, _choices(), message(practice_checkout.CLOSED)),
        class_name="outcome",
    )


def _choices() -> rx.Component:
    """On the way already, only the bank has a say."""
    return rx.cond(
        shown.bill.stage == "processing",
        rx.el.div(
            rx.el.p("The money is on its way. What does the bank do?"),
            button("The money arrives", kind="primary", on_click=shown.act(SimulatedAction.ARRIVE)),
            button("The money never comes", on_click=shown.act(SimulatedAction.FAIL)),
            class_name="ways",
        ),
        rx.el.div(
            button(f"Pay {shown.bill.price}", kind="primary", on_click=shown.act(SimulatedAction.PAY)),
            button("Pay later, by bank transfer", on_click=shown.act(SimulatedAction.PAY_LATER)),
            button("Let the payment fail", on_click=shown.act(SimulatedAction.FAIL)),
            button("Cancel", kind="quiet", on_click=shown.act(SimulatedAction.CANCEL)),
            rx.el.p("No money is charged here: this page stands in for Stripe’s.", class_name="small soft"),
            class_name="ways",
        ),
    )
