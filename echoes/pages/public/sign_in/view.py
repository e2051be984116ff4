"""View of the sign-in page."""

from typing import Any

import reflex as rx

from echoes.accounts.sign_up import LONGEST_NAME
from echoes.components.design import ButtonKind, button, field, icon, message, post_form, skeleton, text_input
from echoes.components.passkeys import BESIDE_A_FIELD, SIGN_IN, SIGN_UP, passkey_form
from echoes.components.reauthentication import reauthentication
from echoes.pages.common.email_field import email_field
from echoes.pages.common.shell import page, plain_http_note, theme_toggle, wordmark
from echoes.pages.common.state import vars_of
from echoes.pages.public.prices.view import prices_line
from echoes.pages.public.sign_in.state import SignInState
from echoes.reflex_adapter.components import router_link

shown = vars_of(SignInState)
is_by_service = shown.service != ""


def sign_in() -> rx.Component:
    return page(
        rx.el.div(
            rx.el.div(
                rx.el.h1("Welcome"),
                rx.cond(shown.problem != "", message(shown.problem, kind="error")),
                rx.cond(shown.is_sent, _sent()),
                rx.cond(shown.welcome != "", message(shown.welcome, kind="good")),
                rx.cond(shown.by_passkey, _by_passkey()),
                rx.cond(is_by_service & shown.by_passkey, _or()),
                rx.cond(is_by_service, _by_service()),
                rx.cond((is_by_service | shown.by_passkey) & shown.by_email, _or()),
                rx.cond(shown.by_email, _by_email()),
                rx.cond((is_by_service | shown.by_passkey | shown.by_email) & shown.by_name, _or()),
                rx.cond(shown.by_name, _by_name()),
                rx.cond(shown.by_invitation, _by_invitation()),
                rx.cond(~shown.is_ready, skeleton("7rem")),
                rx.cond(
                    shown.is_ready
                    & ~(
                        shown.by_name
                        | is_by_service
                        | shown.by_invitation
                        | shown.by_passkey
                        | shown.by_email
                    ),
                    message(
                        "You join here by invitation. Please open its link, or type its code. If you were"
                        " here before, ask the people who run this site for a new one."
                    ),
                ),
                prices_line(),
                rx.cond(shown.is_ready & ~shown.is_open & (shown.welcome == ""), _new_here()),
                plain_http_note(),
                reauthentication(),
                rx.cond(shown.by_passkey, rx.el.div(*_beside_passkeys())),
                class_name="card padded stack loose",
            ),
            class_name="column narrow sign-in",
        ),
        bar=rx.el.header(rx.el.div(wordmark("/"), theme_toggle(), class_name="column bar")),
        is_outside=True,
    )


def _or() -> rx.Component:
    return rx.el.p("or", class_name="or soft")


def _by_passkey() -> rx.Component:
    """Invited people come for the first time: making one is what they do next."""
    sign_in_first = passkey_form(action=SIGN_IN, label="Sign in with a passkey", kind="primary")
    return rx.cond(shown.welcome != "", _create_passkey("primary"), sign_in_first)


def _new_here() -> rx.Component:
    return rx.el.p(
        "New here? ",
        router_link("Use an invitation", to=f"/join?next={shown.target}"),
        ".",
        class_name="small soft",
    )


def _by_invitation() -> rx.Component:
    return post_form(
        field("What is your name?", _name(), "name", hint="You can change it later."),
        rx.el.input(type="hidden", name="next", value=shown.target, read_only=True),
        rx.el.input(type="hidden", name="form", value=shown.form, read_only=True),
        button("Join", kind="primary", type="submit"),
        action="/auth/join",
        class_name="stack",
    )


def _name(auto_complete: str | rx.Var[str] = "name") -> rx.Component:
    return text_input(
        "name",
        required=True,
        max_length=LONGEST_NAME,
        auto_complete=auto_complete,
        auto_focus=True,
        custom_attrs={"aria-describedby": "name-hint", "autoCapitalize": "words"},
    )


def _by_service() -> rx.Component:
    """A link: it leaves the app, for a redirect to the service."""
    return rx.el.div(
        rx.el.a(
            icon("log_in"),
            f"Continue with {shown.service}",
            href=shown.start,
            class_name=rx.cond(
                shown.by_name | shown.by_passkey, "button second large", "button primary large"
            ),
            custom_attrs={"reloadDocument": True},
        ),
        rx.el.p(
            f"{shown.service} tells us your name, e-mail address and picture.",
            class_name="small soft",
        ),
        class_name="stack",
    )


def _sent() -> rx.Component:
    """The same whether there is an account or not."""
    return message(
        "If this address can sign in here, a link is on its way. It works once, for 15 minutes. If "
        "it does not arrive, please check your spam folder.",
        kind="good",
    )


def _by_email() -> rx.Component:
    return post_form(
        email_field(
            "We’ll send you a link that signs you in.",
            auto_complete=rx.cond(shown.by_passkey, BESIDE_A_FIELD, "email"),
        ),
        _next(),
        button("Send me a link", icon_name="mail", type="submit"),
        action="/auth/email",
        class_name="stack",
    )


def _by_name() -> rx.Component:
    return post_form(
        field(
            "What is your name?",
            _name(rx.cond(shown.by_passkey, BESIDE_A_FIELD, "name")),
            "name",
            hint="Use the same name next time to find your films again.",
        ),
        _next(),
        button("Continue", kind=rx.cond(shown.by_passkey, "second", "primary"), type="submit"),
        action="/auth/local",
        class_name="stack",
    )


def _beside_passkeys() -> tuple[rx.Component, ...]:
    """Whoever was invited stands before the first of these already; who was not, and must be, has a link."""
    again = passkey_form(action=SIGN_IN, label="Sign in with a passkey", kind="second")
    return (
        rx.cond(shown.welcome != "", _folded("Already have an account?", again)),
        rx.cond(shown.is_open & (shown.welcome == ""), _folded("New here?", _create_passkey("second"))),
        _folded("Lost your passkey?", _by_code()),
    )


def _folded(title: str, *children: Any) -> rx.Component:
    return rx.el.details(rx.el.summary(title), rx.el.div(*children, class_name="stack"), class_name="fold")


def _create_passkey(kind: ButtonKind) -> rx.Component:
    """The field's name is the route's; its id another one than that of the form above."""
    name = rx.el.input(
        id="new_name",
        name="name",
        type="text",
        dir="auto",
        required=True,
        max_length=LONGEST_NAME,
        auto_complete="name",
        class_name="input",
        custom_attrs={"autoCapitalize": "words"},
    )
    return rx.fragment(
        rx.el.p(
            "A passkey takes the place of a password: your phone or computer keeps it, and unlocks it with "
            "your finger, face or screen lock.",
            class_name="soft",
        ),
        passkey_form(
            field("What should we call you?", name, "new_name"),
            action=SIGN_UP,
            label="Create a passkey",
            kind=kind,
        ),
    )


def _by_code() -> rx.Component:
    return post_form(
        field(
            "A recovery code",
            text_input(
                "code",
                required=True,
                max_length=60,
                auto_complete="off",
                custom_attrs={
                    "aria-describedby": "code-hint",
                    "autoCapitalize": "none",
                    "spellCheck": "false",
                },
            ),
            "code",
            hint="No code either? The people who run this site can give you a link that lets you in.",
        ),
        _next(),
        button("Sign in with the code", type="submit"),
        action="/auth/recovery",
        class_name="stack",
    )


def _next() -> rx.Component:
    return rx.el.input(type="hidden", name="next", value=shown.target, read_only=True)
