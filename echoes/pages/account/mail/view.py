"""View of a person's mail."""

from typing import Any

import reflex as rx

from echoes.components.design import button, message, post_form
from echoes.pages.account.mail.state import MailState
from echoes.pages.common.email_field import email_field
from echoes.pages.common.state import vars_of

shown = vars_of(MailState)


def mail() -> rx.Component:
    """Needs `MailState.watch` among its page's on_load."""
    return rx.cond(
        shown.mail.is_shown,
        rx.el.section(
            rx.el.h2("Mail"),
            rx.cond(shown.problem != "", message(shown.problem, kind="error")),
            rx.cond(shown.is_sent, message("Please open the link that we have sent to you.", kind="good")),
            rx.cond(shown.mail.can_change, _address()),
            rx.cond(
                shown.mail.address != "",
                rx.el.fieldset(
                    rx.el.legend("We write to you", class_name="small soft"),
                    rx.foreach(shown.choices, _choice),
                    class_name="mail-choices",
                ),
                rx.el.p("Without an address we cannot write to you.", class_name="soft"),
            ),
            class_name="card padded stack",
            id="mail",
        ),
    )


def _address() -> rx.Component:
    return post_form(
        email_field(
            "We send you a link that confirms it. Until then nothing changes.",
            default_value=shown.mail.address,
        ),
        rx.el.div(button("Send the link", type="submit")),
        action="/auth/email/confirm",
        class_name="stack",
        key=shown.mail.address,
    )


def _choice(choice: Any) -> rx.Component:
    return rx.el.label(
        rx.el.input(
            type="checkbox",
            checked=choice.is_wanted,
            on_change=lambda wanted: shown.set_wanted(choice.kind, wanted),
        ),
        rx.el.span(choice.label),
        class_name="check",
        key=choice.kind,
    )
