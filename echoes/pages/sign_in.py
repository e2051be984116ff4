"""Saying who you are. In local mode a name is enough; a hosted Echoes has its own ways."""

import reflex as rx
from reflex.event import EventSpec

from echoes.accounts.navigation import SIGN_IN_PROBLEMS, safe_next
from echoes.components.design import button, field, message, post_form, text_input
from echoes.pages.base import HOME, Visit, vars_of
from echoes.pages.shell import page, theme_toggle, wordmark
from echoes.settings import get_settings


class SignInState(Visit):
    target: str = HOME
    problem: str = ""
    is_ready: bool = False
    by_name: bool = False

    @rx.event
    def enter(self) -> EventSpec | None:
        asked = self.router.url.query_parameters
        self.target = safe_next(asked.get("next"))
        self.problem = SIGN_IN_PROBLEMS.get(asked.get("problem", ""), "")
        self.by_name, self.is_ready = get_settings().is_local, True
        return rx.redirect(self.target, replace=True) if self.person else None


shown = vars_of(SignInState)


def sign_in() -> rx.Component:
    return page(
        rx.el.div(
            rx.el.div(
                rx.el.h1("Welcome"),
                rx.cond(shown.problem != "", message(shown.problem, kind="error")),
                rx.cond(
                    shown.is_ready & ~shown.by_name,
                    message("Signing in is not set up on this Echoes yet. Please ask whoever runs it."),
                    _by_name(),
                ),
                class_name="card padded stack loose",
            ),
            class_name="column narrow sign-in",
        ),
        bar=rx.el.header(rx.el.div(wordmark("/"), theme_toggle(), class_name="column bar")),
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
            hint="Use the same name next time, and your films are there.",
        ),
        rx.el.input(type="hidden", name="next", value=shown.target, read_only=True),
        button("Go on", kind="primary", type="submit"),
        action="/auth/local",
        class_name="stack",
    )
