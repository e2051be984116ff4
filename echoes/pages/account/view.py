"""View of the account page."""

from functools import reduce
from typing import Any

import reflex as rx

from echoes.accounts.sign_up import LONGEST_NAME
from echoes.components.design import badge, button, field, icon, link_button, skeleton_grid, text_input
from echoes.components.dialog import actions
from echoes.pages.account.inviting.state import InvitingState
from echoes.pages.account.inviting.view import inviting
from echoes.pages.account.mail.state import MailState
from echoes.pages.account.mail.view import mail
from echoes.pages.account.passkeys.state import PasskeysState
from echoes.pages.account.passkeys.view import passkeys
from echoes.pages.account.state import AccountState
from echoes.pages.account.statement.state import StatementState
from echoes.pages.account.statement.view import statement
from echoes.pages.common.shell import name_form, page, plain_http_note, sheet, top_bar
from echoes.pages.common.state import vars_of
from echoes.privacy.deletion import CONFIRMATION, GRACE


def account_page() -> rx.Component:
    return page(
        rx.el.div(
            rx.el.h1("Your account"),
            plain_http_note(),
            rx.cond(_is_loaded(), _sections(), skeleton_grid(3, "stack loose", "9rem")),
            _renaming(),
            _leaving(),
            class_name="column account-column stack loose",
        ),
        bar=top_bar(),
    )


def _is_loaded() -> Any:
    """All of it: a part that came later would push down what is being read."""
    states: tuple[type[rx.State], ...] = (StatementState, InvitingState, PasskeysState, MailState)
    return reduce(lambda others, state: others & vars_of(state).is_loaded, states, shown.is_loaded)


def _sections() -> rx.Component:
    return rx.el.div(
        _person(),
        _credits(),
        inviting(shown.account.invitation, shown.account.reward),
        passkeys(),
        mail(),
        _browsers(),
        _data(),
        _way_out(),
        class_name="account-sections",
    )


def _section(title: str, *children: Any, **props: Any) -> rx.Component:
    return rx.el.section(rx.el.h2(title), *children, class_name="card padded stack", **props)


def _person() -> rx.Component:
    account = shown.account
    return rx.el.section(
        rx.cond(
            account.picture != "",
            rx.el.img(
                src=account.picture,
                alt="",
                class_name="initial large",
                custom_attrs={"referrerPolicy": "no-referrer"},
            ),
            rx.el.span(
                account.name[0].upper(), class_name="initial large", custom_attrs={"aria-hidden": "true"}
            ),
        ),
        rx.el.div(
            rx.el.h2(account.name),
            rx.cond(account.email != "", rx.el.p(account.email, class_name="small soft")),
            class_name="who",
        ),
        button("Change the name", icon_name="pencil", on_click=shown.ask_name),
        class_name="card padded person",
    )


def _credits() -> rx.Component:
    """Where clips are free, nobody needs to know of credits."""
    return rx.cond(
        shown.counts_credits,
        _section(
            "Credits",
            rx.el.div(
                rx.el.p(rx.el.strong(shown.balance, class_name="numbers"), " to spend", class_name="lead"),
                rx.cond(shown.has_shop, link_button("Get credits", "/credits", icon_name="coins")),
                class_name="row between",
            ),
            rx.cond(
                shown.has_shop,
                rx.fragment(),
                rx.el.p("The people who run this site can give you more.", class_name="soft"),
            ),
            statement(),
        ),
    )


def _browsers() -> rx.Component:
    return _section(
        "Where you are signed in",
        rx.el.ul(rx.foreach(shown.browsers, _browser), class_name="browsers"),
        rx.cond(
            shown.browsers.length() > 1,
            rx.el.div(
                button("Sign out everywhere else", icon_name="log_out", on_click=shown.sign_out_others)
            ),
        ),
    )


def _browser(browser: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.strong(browser.device),
            rx.el.span(f"Last used {browser.seen}", class_name="small soft"),
            class_name="who",
        ),
        rx.cond(
            browser.is_here,
            badge("This browser", icon_name="check", good=True),
            button(
                "Sign out",
                on_click=shown.sign_out_one(browser.id),
                custom_attrs={"aria-label": f"Sign out {browser.device}, last used {browser.seen}"},
            ),
        ),
        key=browser.id,
    )


def _data() -> rx.Component:
    return _section(
        "Your data",
        rx.el.p(
            "Your photos, clips, films and music, and all else Echoes knows about you, in one zip file.",
            class_name="soft",
        ),
        rx.el.div(
            rx.el.a(
                icon("download"),
                "Download everything",
                href="/privacy/export",
                class_name="button second",
                custom_attrs={"reloadDocument": True},
            )
        ),
    )


def _way_out() -> rx.Component:
    deletes_on = shown.account.deletes_on
    return rx.cond(
        deletes_on != "",
        _section(
            "You are leaving",
            rx.el.p(
                f"On {deletes_on} your account, your photos and your films will be deleted. Until then"
                " nothing is lost, but the films you have shared are closed."
            ),
            rx.el.div(button("Keep my account", kind="primary", on_click=shown.stay)),
            id="leaving",
        ),
        _section(
            "Delete your account",
            rx.el.p(
                f"Everything in it will be deleted. You have {GRACE.days} days to change your mind.",
                class_name="soft",
            ),
            rx.el.div(button("Delete my account…", kind="danger", on_click=shown.ask_to_leave)),
            id="leaving",
        ),
    )


def _renaming() -> rx.Component:
    return sheet(
        name_form(
            "What is your name?",
            "person_name",
            LONGEST_NAME,
            save="Save the name",
            on_submit=shown.rename,
            on_close=shown.close,
            auto_complete="name",
            default_value=shown.account.name,
        ),
        title="Change your name",
        is_open=shown.is_renaming,
        on_close=shown.close,
    )


def _leaving() -> rx.Component:
    return sheet(
        rx.el.form(
            rx.el.p(
                f"After {GRACE.days} days your photos, clips, films and music are deleted for good, along"
                " with any credits. You may want to download everything first."
            ),
            field(
                f"To be sure, type “{CONFIRMATION}”",
                text_input(
                    "confirmation",
                    required=True,
                    auto_complete="off",
                    custom_attrs={"autoCapitalize": "none"},
                ),
                "confirmation",
            ),
            actions(
                button("Keep my account", on_click=shown.close),
                button("Delete my account", kind="danger solid", type="submit"),
            ),
            on_submit=shown.leave,
            class_name="stack",
        ),
        title="Delete your account?",
        is_open=shown.is_leaving,
        on_close=shown.close,
    )


shown = vars_of(AccountState)
