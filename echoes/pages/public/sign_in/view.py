"""View of the sign-in page."""

import reflex as rx

from echoes.components.design import button, field, icon, message, post_form, skeleton, text_input
from echoes.components.reauthentication import reauthentication
from echoes.pages.common.shell import page, theme_toggle, wordmark
from echoes.pages.common.state import vars_of
from echoes.pages.public.sign_in.state import SignInState

shown = vars_of(SignInState)


def sign_in() -> rx.Component:
    return page(
        rx.el.div(
            rx.el.div(
                rx.el.h1("Welcome"),
                rx.cond(shown.problem != "", message(shown.problem, kind="error")),
                rx.cond(shown.service != "", _by_service()),
                rx.cond((shown.service != "") & shown.by_name, rx.el.p("or", class_name="or soft")),
                rx.cond(shown.by_name, _by_name()),
                rx.cond(~shown.is_ready, skeleton("7rem")),
                rx.cond(
                    shown.is_ready & ~shown.by_name & (shown.service == ""),
                    message("Signing in is not set up here yet. Please ask the people who run this site."),
                ),
                reauthentication(),
                class_name="card padded stack loose",
            ),
            class_name="column narrow sign-in",
        ),
        bar=rx.el.header(rx.el.div(wordmark("/"), theme_toggle(), class_name="column bar")),
    )


def _by_service() -> rx.Component:
    """A link: it leaves the app, for a redirect to the service."""
    return rx.el.div(
        rx.el.a(
            icon("log_in"),
            f"Continue with {shown.service}",
            href=shown.start,
            class_name=rx.cond(shown.by_name, "button second large", "button primary large"),
            custom_attrs={"reloadDocument": True},
        ),
        rx.el.p(
            f"{shown.service} tells us your name, e-mail address and picture.",
            class_name="small soft",
        ),
        class_name="stack",
    )


def _by_name() -> rx.Component:
    return post_form(
        field(
            "What is your name?",
            text_input(
                "name",
                required=True,
                max_length=60,
                auto_complete="name",
                custom_attrs={"aria-describedby": "name-hint", "autoCapitalize": "words"},
            ),
            "name",
            hint="Use the same name next time to find your films again.",
        ),
        rx.el.input(type="hidden", name="next", value=shown.target, read_only=True),
        button("Continue", kind="primary", type="submit"),
        action="/auth/local",
        class_name="stack",
    )
