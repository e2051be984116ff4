"""View of inviting others."""

from typing import Any

import reflex as rx

from echoes.accounts.invitations.service import LONGEST_NAME, MEMBERS_DAYS
from echoes.components.design import badge, button, field, message, text_input
from echoes.components.sharing import copy_button
from echoes.pages.account.inviting.state import InvitingState
from echoes.pages.common.state import vars_of
from echoes.text.isolation import isolated

shown = vars_of(InvitingState)


def inviting(referral: Any, reward: Any) -> rx.Component:
    """Where everybody may join, a friend's link is enough; needs `InvitingState.watch` among its page's
    on_load."""
    return rx.cond(
        shown.is_loaded,
        rx.fragment(
            rx.cond(shown.inviting.is_open, _referral(referral, reward)),
            rx.cond(shown.inviting.may_invite & ~shown.inviting.is_open, _invitations()),
        ),
    )


def _referral(link: Any, reward: Any) -> rx.Component:
    return rx.el.section(
        rx.el.h2("Invite a friend"),
        rx.cond(reward != "", rx.el.p(reward)),
        _link(link, "Your invitation link"),
        class_name="card padded stack",
    )


def _invitations() -> rx.Component:
    return rx.el.section(
        rx.el.h2("Invite somebody"),
        rx.el.p(
            f"Each invitation is for one person and good for {MEMBERS_DAYS} days.",
            class_name="soft",
        ),
        rx.cond(
            shown.made != "",
            message(
                rx.el.p("Send this link now: it is shown this once."),
                _link(shown.made, "The link of your invitation"),
                kind="good",
            ),
        ),
        rx.el.form(
            field(
                "For whom",
                text_input("invitee", max_length=LONGEST_NAME, auto_complete="off"),
                "invitee",
                "For your own list.",
            ),
            rx.cond(shown.inviting.can_mail, invitee_email()),
            button("Make an invitation", icon_name="mail_plus", type="submit"),
            on_submit=shown.invite,
            reset_on_submit=True,
            class_name="stack",
        ),
        rx.cond(
            shown.inviting.sent.length() > 0,
            rx.el.ul(rx.foreach(shown.inviting.sent, _sent), class_name="browsers"),
        ),
        class_name="card padded stack",
    )


def invitee_email() -> rx.Component:
    """Also on the operator's page."""
    address = rx.el.input(
        id="invitee_email",
        name="email",
        type="email",
        max_length=254,
        auto_complete="off",
        class_name="input",
        custom_attrs={"aria-describedby": "invitee_email-hint"},
    )
    return field(
        "Their e-mail address", address, "invitee_email", "If you like, we send the invitation there."
    )


def _sent(invitation: Any) -> rx.Component:
    return rx.el.li(
        rx.el.strong(invitation.name, class_name="who"),
        rx.cond(
            invitation.is_open,
            button(
                "Take it back",
                on_click=shown.take_back(invitation.id),
                custom_attrs={"aria-label": f"Take back the invitation for {isolated(invitation.name)}"},
            ),
            badge(invitation.state),
        ),
        key=invitation.id,
    )


def _link(link: Any, label: str) -> rx.Component:
    return rx.el.div(
        rx.el.input(
            type="text",
            dir="auto",
            value=link,
            read_only=True,
            class_name="input",
            custom_attrs={"aria-label": label},
        ),
        copy_button(link, "Copy the link"),
        class_name="invitation",
    )
