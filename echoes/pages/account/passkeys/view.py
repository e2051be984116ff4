"""View of how a person signs in."""

from typing import Any

import reflex as rx

from echoes.accounts.sign_up import LONGEST_NAME
from echoes.components.design import button
from echoes.components.dialog import actions
from echoes.components.passkeys import ADD, SIGN_IN, passkey_form
from echoes.components.sharing import copy_button
from echoes.pages.account.passkeys.state import PasskeysState
from echoes.pages.common.shell import name_form, sheet
from echoes.pages.common.state import vars_of
from echoes.text.isolation import isolated

shown = vars_of(PasskeysState)


def passkeys() -> rx.Component:
    """Needs `PasskeysState.watch` among its page's on_load."""
    return rx.fragment(
        rx.cond(
            shown.ways.is_shown,
            rx.el.section(
                rx.el.h2("How you sign in"),
                rx.el.p(
                    "A passkey signs you in with your finger, face or screen lock. There is no password to "
                    "remember.",
                    class_name="soft",
                ),
                rx.cond(
                    shown.passkeys.length() > 0,
                    rx.el.ul(rx.foreach(shown.passkeys, _passkey), class_name="browsers"),
                ),
                rx.cond(shown.ways.must_confirm, _confirmation(), _changes()),
                class_name="card padded stack",
                id="passkeys",
            ),
        ),
        _renaming(),
        _removing(),
        _codes(),
    )


def _passkey(passkey: Any) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.strong(passkey.name), rx.el.span(passkey.facts, class_name="small soft"), class_name="who"
        ),
        rx.el.div(
            button(
                "Rename",
                kind="quiet",
                on_click=shown.ask_name(passkey.id),
                custom_attrs={"aria-label": f"Rename {isolated(passkey.name)}"},
            ),
            rx.cond(
                ~shown.ways.must_confirm,
                button(
                    "Remove",
                    kind="quiet",
                    on_click=shown.ask_removal(passkey.id),
                    custom_attrs={"aria-label": f"Remove {isolated(passkey.name)}"},
                ),
            ),
            class_name="row",
        ),
        key=passkey.id,
    )


def _confirmation() -> rx.Component:
    return rx.el.div(
        rx.el.p("To change how you sign in, please confirm first that it is you."),
        passkey_form(action=SIGN_IN, label="Confirm with a passkey", kind="second", on_end=shown.look_again),
        class_name="stack",
    )


def _changes() -> rx.Component:
    return rx.el.div(
        rx.cond(
            shown.ways.can_add,
            passkey_form(action=ADD, label="Add a passkey", kind="second", on_end=shown.look_again),
        ),
        rx.el.p(
            rx.cond(
                shown.ways.codes != "",
                shown.ways.codes,
                "Recovery codes let you in if you lose your device. You have none yet.",
            ),
            class_name="soft",
        ),
        rx.el.div(
            button(
                rx.cond(shown.ways.codes != "", "Make new recovery codes", "Make recovery codes"),
                icon_name="life_buoy",
                on_click=shown.make_codes,
            )
        ),
        class_name="stack",
    )


def _renaming() -> rx.Component:
    return sheet(
        name_form(
            "What do you call it?",
            "passkey_name",
            LONGEST_NAME,
            save="Save the name",
            on_submit=shown.rename,
            on_close=shown.close,
            auto_complete="off",
            default_value=shown.renaming.name,
        ),
        title="Rename the passkey",
        is_open=shown.renaming.id != "",
        on_close=shown.close,
    )


def _removing() -> rx.Component:
    return sheet(
        rx.el.p(f"“{isolated(shown.removing.name)}” will no longer sign you in."),
        actions(
            button("Keep it", on_click=shown.close),
            button("Remove it", kind="danger solid", on_click=shown.remove),
        ),
        title="Remove this passkey?",
        is_open=shown.removing.id != "",
        on_close=shown.close,
    )


def _codes() -> rx.Component:
    return sheet(
        rx.el.p(
            "Each of these signs you in once. Please write them down or print them: they are shown only now. "
            "Earlier codes no longer work."
        ),
        rx.el.ul(
            rx.foreach(shown.codes, lambda code: rx.el.li(rx.el.code(code), key=code)),
            class_name="recovery-codes",
        ),
        actions(
            copy_button(shown.codes.join("\n"), "Copy the codes"),
            button("I have kept them", kind="primary", on_click=shown.close),
        ),
        title="Your recovery codes",
        is_open=shown.codes.length() > 0,
        on_close=shown.close,
    )
