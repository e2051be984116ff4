"""View of the join page, for those who are not here yet."""

import reflex as rx

from echoes.accounts.invitations.service import LONGEST_CODE
from echoes.components.design import button, field, link_button, message, post_form, skeleton, text_input
from echoes.pages.common.shell import page, theme_toggle, wordmark
from echoes.pages.common.state import vars_of
from echoes.pages.public.join.state import JoinState

shown = vars_of(JoinState)


def join_page() -> rx.Component:
    return page(
        rx.el.div(
            rx.el.div(
                rx.el.h1("Join Echoes"),
                rx.cond(shown.problem != "", message(shown.problem)),
                rx.cond(shown.is_ready, _ways(), skeleton("12rem")),
                class_name="card padded stack loose",
            ),
            class_name="column narrow sign-in",
        ),
        bar=rx.el.header(rx.el.div(wordmark("/"), theme_toggle(), class_name="column bar")),
        is_outside=True,
    )


def _ways() -> rx.Component:
    return rx.el.div(
        rx.el.div(
            rx.el.p(shown.rule),
            rx.cond(shown.whom_to_ask != "", rx.el.p(shown.whom_to_ask, class_name="soft whom-to-ask")),
            class_name="stack tight",
        ),
        _code(),
        rx.el.div(
            rx.el.p("Already have an account?", class_name="soft"),
            link_button("Sign in", shown.sign_in, icon_name="log_in"),
            class_name="row between",
        ),
        class_name="stack loose",
    )


def _code() -> rx.Component:
    return post_form(
        field(
            "Do you have an invitation?",
            text_input(
                "code",
                required=True,
                max_length=LONGEST_CODE,
                auto_complete="off",
                custom_attrs={
                    "autoCapitalize": "none", "spellCheck": "false", "aria-describedby": "code-hint",
                },
            ),
            "code",
            hint="Type its code, such as abcd-efgh-jkmn-pqrs, or open its link.",
        ),
        button("Continue", kind="primary", type="submit"),
        action="/auth/invitation",
        class_name="stack",
    )  # fmt: skip
